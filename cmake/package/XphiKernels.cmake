# xphi_add_kernels: functions compiled ahead of time, as a library of the project.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#   xphi_add_kernels(<library> <what>... [TARGETS <target>...] [BACKWARD] [GRADIENTS <variable>...]
#                    [OPTIONS <option of `xphi compile`>...])
#
# Makes the static library <library>, which needs no xphi to be used. <what> is the name of a library function (silu), a
# file (gelu.phi, whose function has the file's name) or one definition of a file (more.phi:mine). Each gives a header in
# C and C++, silu.h, with silu_f32 and, with BACKWARD, silu_f32_backward. GRADIENTS are those of `xphi compile`, and
# imply BACKWARD.
#
# Without TARGETS the code is for x86-64-v3. With several, silu_f32 calls that of the best target that the processor has,
# and silu_f32_runs_here() is 0 where it has none of them, in which case nothing else may be called.
#
# What a file imports is known after it was compiled once; when one of these files changes, it is compiled again.

function(xphi_add_kernels library)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BACKWARD" "" "TARGETS;GRADIENTS;OPTIONS")
  if(NOT arg_TARGETS)
    set(arg_TARGETS x86-64-v3)
  endif()
  if(NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "xphi_add_kernels(${library}): name functions or .phi files")
  endif()
  if(NOT TARGET xphi::tool)
    message(FATAL_ERROR "xphi_add_kernels(${library}) needs the command xphi: find_package(xphi REQUIRED COMPONENTS tools), "
      "or XPHI_BUILD_TOOLS where xphi is a part of the project")
  endif()
  set(dispatcher "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/XphiDispatch.cmake")
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("C" IN_LIST languages)
    set(suffix c)
  else()
    set(suffix cpp)
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${library}.kernels")
  set(include "${folder}/include")
  file(MAKE_DIRECTORY "${folder}/targets" "${include}")
  list(JOIN arg_TARGETS "," targetList)
  list(LENGTH arg_TARGETS targetCount)
  set(options ${arg_OPTIONS})
  if(arg_BACKWARD)
    list(APPEND options --backward)
  endif()
  if(arg_GRADIENTS)
    list(JOIN arg_GRADIENTS "," gradients)
    list(APPEND options --gradients "${gradients}")
  endif()
  set(tools "$<TARGET_FILE:xphi::tool>")
  if(TARGET xphi::compiler)
    list(APPEND tools "$<TARGET_FILE:xphi::compiler>")
  endif()

  set(sources "")
  foreach(what IN LISTS arg_UNPARSED_ARGUMENTS)
    set(name "${what}")
    set(source "")
    if(what MATCHES "^(.*\\.phi)(:(.*))?$")
      get_filename_component(source "${CMAKE_MATCH_1}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
      set(what "${source}${CMAKE_MATCH_2}")
      set(name "${CMAKE_MATCH_3}")
      if(name STREQUAL "")
        get_filename_component(name "${source}" NAME_WLE)
        set(what "${source}:${name}")
      endif()
    endif()

    set(objects "")
    if(targetCount EQUAL 1)
      set(objects "${folder}/targets/${name}.o")
    else()
      foreach(target IN LISTS arg_TARGETS)
        list(APPEND objects "${folder}/targets/${name}.${target}.o")
      endforeach()
    endif()
    set(header "${folder}/targets/${name}.h")
    set(depfile "${folder}/targets/${name}.d")
    set(writeDepfile "")
    set(readDepfile "")
    if(source) # the library's functions import nothing
      set(writeDepfile --depfile "${depfile}")
      set(readDepfile DEPFILE "${depfile}")
    endif()
    add_custom_command(OUTPUT ${objects} "${header}"
      COMMAND xphi::tool compile "${what}" -o "${folder}/targets" --emit object,header --target "${targetList}"
              ${writeDepfile} ${options}
      DEPENDS ${source} ${tools}
      ${readDepfile}
      COMMENT "Compiling ${name} for ${targetList}"
      VERBATIM)
    add_custom_command(OUTPUT "${include}/${name}.h" "${folder}/${name}.${suffix}"
      COMMAND "${CMAKE_COMMAND}" "-DHEADER=${header}" "-DOUTPUT=${include}/${name}.h" "-DTARGETS=${targetList}"
              "-DNAME=${name}" "-DDISPATCH=${folder}/${name}.${suffix}" -P "${dispatcher}"
      DEPENDS "${header}" "${dispatcher}"
      VERBATIM)
    set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    list(APPEND sources ${objects} "${include}/${name}.h" "${folder}/${name}.${suffix}")
  endforeach()

  add_library(${library} STATIC ${sources})
  target_include_directories(${library} PUBLIC "$<BUILD_INTERFACE:${include}>")
endfunction()
