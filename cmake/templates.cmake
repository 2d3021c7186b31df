# The templates become part of the program: it needs no folder of its own to be installed.
# LAYER is the folder of lib/ that uses them, and their namespace.
function(dockpki_embed_templates layer)
  set(header ${PROJECT_BINARY_DIR}/generated/${layer}/templates.hpp)
  set(text "// Made by cmake/templates.cmake from templates/.\n#pragma once\n\n#include <string_view>\n\nnamespace dockpki::${layer}::templates {\n\n")
  foreach(name IN LISTS ARGN)
    set(file ${PROJECT_SOURCE_DIR}/templates/dockpki-${name}.mustache)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} contents)
    string(MAKE_C_IDENTIFIER ${name} identifier)
    string(APPEND text "inline constexpr std::string_view ${identifier} = R\"~(${contents})~\";\n")
  endforeach()
  file(CONFIGURE OUTPUT ${header} CONTENT "${text}\n} // namespace dockpki::${layer}::templates\n" @ONLY)
endfunction()
