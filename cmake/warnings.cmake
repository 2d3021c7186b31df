# The warnings that the project holds itself to. They become errors in the presets only (CMAKE_COMPILE_WARNING_AS_ERROR),
# so that a newer compiler never stops somebody's build.
add_library(dockpki_warnings INTERFACE)
target_compile_options(dockpki_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual -Wformat=2
  -Wundef -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wimplicit-fallthrough
  # Members that a designated initializer leaves out have the defaults that their declaration says.
  -Wno-missing-field-initializers)
# g++ 12 sees overlaps in the joining of strings that are none (GCC bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(dockpki_warnings INTERFACE $<$<CONFIG:Release>:-Wno-restrict>)
endif()
