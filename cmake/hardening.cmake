# What a program that holds private keys is compiled with: bounds checks of libc and libstdc++, stack protection,
# control-flow protection, read-only relocations, position independence.
add_library(dockpki_hardening INTERFACE)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
target_compile_options(dockpki_hardening INTERFACE -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(dockpki_hardening INTERFACE -fcf-protection)
endif()
target_compile_definitions(dockpki_hardening INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(dockpki_hardening INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)

# Set by the asan and tsan presets: the names that -fsanitize takes.
set(DOCKPKI_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")
if(DOCKPKI_SANITIZE)
  add_compile_options(-fsanitize=${DOCKPKI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DOCKPKI_SANITIZE})
else()
  # It needs optimisation, and gets in the way of the sanitizers.
  target_compile_definitions(dockpki_hardening INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()
