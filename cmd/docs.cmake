# Run at build time: docgen writes man pages and completions into FOLDER, and scdoc (where there is one) makes the pages readable for man(1).
foreach(folder IN ITEMS man completion)
  file(REMOVE_RECURSE ${FOLDER}/${folder}) # a command that is gone leaves no page behind
endforeach()
execute_process(COMMAND ${DOCGEN} ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
if(SCDOC)
  file(GLOB pages ${FOLDER}/man/*.scd)
  foreach(page IN LISTS pages)
    string(REGEX REPLACE "\\.scd$" "" made ${page})
    execute_process(COMMAND ${SCDOC} INPUT_FILE ${page} OUTPUT_FILE ${made} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
