# cmake --install: the components runtime, compiler and tools, and packages of them (cpack).
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A prefix can be moved: everything in it finds the rest from its own place.

include(CMakePackageConfigHelpers)
set(packageFolder "${CMAKE_INSTALL_LIBDIR}/cmake/xphi")

set_target_properties(xphi PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS xphi
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT runtime)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/include/xphi" "${PROJECT_SOURCE_DIR}/abi/include/xphi"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT runtime
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN "*.def")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT runtime)

set(xphiLibraryFile "libxphi.so.${PROJECT_VERSION}")
set(xphiLibrarySoname "libxphi.so.${PROJECT_VERSION_MAJOR}")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/package/xphiConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/package/xphiConfig.cmake"
  INSTALL_DESTINATION "${packageFolder}"
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/xphiConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/xphiConfig.cmake" "${PROJECT_BINARY_DIR}/package/xphiConfigVersion.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/package/XphiKernels.cmake"
  DESTINATION "${packageFolder}" COMPONENT runtime)

# From lib/pkgconfig/ to the prefix, however deep lib is.
file(RELATIVE_PATH toPrefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" toPrefix "${toPrefix}")
configure_file("${CMAKE_CURRENT_LIST_DIR}/package/xphi.pc.in" "${PROJECT_BINARY_DIR}/package/xphi.pc" @ONLY)
configure_file("${CMAKE_CURRENT_LIST_DIR}/package/xphi-compiler.pc.in"
  "${PROJECT_BINARY_DIR}/package/xphi-compiler.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/xphi.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
  COMPONENT runtime)

if(XPHI_COMPILER)
  set_target_properties(xphi-compiler PROPERTIES INSTALL_RPATH "$ORIGIN")
  # Debian's Halide has the same file name and another version: ours lies apart.
  set_target_properties(xphi-loops PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/xphi")
  install(TARGETS xphi-compiler xphi-loops LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT compiler)
  install(PROGRAMS "$<TARGET_FILE:Halide::Halide>" DESTINATION "${CMAKE_INSTALL_LIBDIR}/xphi" COMPONENT compiler)
  install(FILES "${PROJECT_BINARY_DIR}/generated/BuildVersion.h" DESTINATION "${packageFolder}" COMPONENT compiler)
  install(FILES "${PROJECT_BINARY_DIR}/package/xphi-compiler.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT compiler)
  install(FILES "${PROJECT_SOURCE_DIR}/docs/embedding.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT compiler)
elseif(XPHI_COMPILER_ELSEWHERE STREQUAL "xphi-compiler-version")
  install(CODE "execute_process(COMMAND \"${CMAKE_COMMAND}\" --install \"${PROJECT_BINARY_DIR}/compiler-library\"
    --prefix \"\${CMAKE_INSTALL_PREFIX}\" --component compiler COMMAND_ERROR_IS_FATAL ANY)" COMPONENT compiler)
endif()

if(XPHI_BUILD_TOOLS)
  install(TARGETS xphi_tool RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
  if(TARGET xphi-verification)
    install(TARGETS xphi-verification LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT tools)
  endif()
  if(XPHI_COMPILER AND NOT XPHI_SANITIZE)
    # Options::sharedCache: nobody waits for a function of the library.
    set(kernels "${PROJECT_BINARY_DIR}/kernels")
    add_custom_command(OUTPUT "${kernels}.stamp"
      COMMAND "${CMAKE_COMMAND}" -E rm -rf "${kernels}"
      COMMAND "${CMAKE_COMMAND}" -E env "XPHI_CACHE_DIR=${kernels}"
        $<TARGET_FILE:xphi_tool> cache fill --library --target x86-64-v3,x86-64-v4
      COMMAND "${CMAKE_COMMAND}" -E touch "${kernels}.stamp"
      DEPENDS xphi_tool xphi xphi-compiler xphi-loops COMMENT "Compiling the library's functions" VERBATIM)
    add_custom_target(xphi-kernels ALL DEPENDS "${kernels}.stamp")
    install(DIRECTORY "${kernels}/" DESTINATION "${CMAKE_INSTALL_LIBDIR}/xphi/kernels" COMPONENT runtime
      FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
      FILES_MATCHING PATTERN "*.so" PATTERN "templates" EXCLUDE)
  endif()
endif()

if(PROJECT_IS_TOP_LEVEL)
  include(XphiPackages)
endif()
