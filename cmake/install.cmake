# The library, its headers and the program; find_package(dockpki) and pkg-config find them.
include(CMakePackageConfigHelpers)

install(TARGETS dockpki EXPORT dockpki-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS dockpki_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY lib/include/dockpki DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT dockpki-targets NAMESPACE dockpki:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dockpki)

configure_package_config_file(cmake/dockpki-config.cmake.in ${PROJECT_BINARY_DIR}/dockpki-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dockpki)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dockpki-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dockpki-config.cmake ${PROJECT_BINARY_DIR}/dockpki-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dockpki)

configure_file(cmake/dockpki.pc.in ${PROJECT_BINARY_DIR}/dockpki.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dockpki.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
