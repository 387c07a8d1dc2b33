# Installs the build BUILD below the empty folder WORK, then moves it to PREFIX. What is in EXAMPLES and stands alone is
# copied beside it.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

file(REMOVE_RECURSE "${WORK}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/installed" --strip
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${WORK}/installed" "${PREFIX}")
file(COPY "${EXAMPLES}/07_engine" "${EXAMPLES}/08_kernels" DESTINATION "${WORK}/examples")

# No file of it may know where it was built or first installed.
file(GLOB_RECURSE texts "${PREFIX}/lib/cmake/*" "${PREFIX}/lib/pkgconfig/*")
foreach(file IN LISTS texts)
  file(READ "${file}" text)
  foreach(place "${BUILD}" "${WORK}")
    string(FIND "${text}" "${place}" found)
    if(NOT found EQUAL -1)
      message(SEND_ERROR "${file} names ${place}")
    endif()
  endforeach()
endforeach()
