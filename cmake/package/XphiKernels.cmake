# xphi_add_kernels: functions compiled ahead of time, as a library of the project.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#   xphi_add_kernels(<library> <what>... [TARGETS <target>...] [BACKWARD] [GRADIENTS <variable>...]
#                    [OPTIONS <option of `xphi compile`>...])
#
# Makes the static library <library>, which needs no xphi to be used. <what> is the name of a library function (silu), a
# file (gelu.phi, whose function has the file's name) or one definition of a file (more.phi:mine). Each gives a header in
# C and C++, silu.h, with silu_f32 and, with BACKWARD, silu_f32_backward; <library>.h includes them all. silu.json beside
# it describes the functions. GRADIENTS are those of `xphi compile`, and imply BACKWARD.
#
# Without TARGETS the code is for x86-64-v3. With several, silu_f32 calls that of the best target that the processor has;
# silu_f32_runs_here() is 0 where it has none of them, in which case nothing else may be called.
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
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${library}.kernels")
  set(include "${folder}/include")
  file(MAKE_DIRECTORY "${include}")
  list(JOIN arg_TARGETS "," targetList)
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
  set(all "")
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

    set(object "${include}/${name}.o") # the header is written beside it
    set(depfile "${folder}/${name}.d")
    set(writeDepfile "")
    set(readDepfile "")
    if(source) # the library's functions import nothing
      set(writeDepfile --depfile "${depfile}")
      set(readDepfile DEPFILE "${depfile}")
    endif()
    add_custom_command(OUTPUT "${object}" "${include}/${name}.h" "${include}/${name}.json"
      COMMAND xphi::tool compile "${what}" -o "${object}" --target "${targetList}" ${writeDepfile} ${options}
      DEPENDS ${source} ${tools}
      ${readDepfile}
      COMMENT "Compiling ${name} for ${targetList}"
      VERBATIM)
    set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    list(APPEND sources "${object}" "${include}/${name}.h")
    string(APPEND all "#include \"${name}.h\"\n")
  endforeach()

  if(NOT "${include}/${library}.h" IN_LIST sources) # a function of the library's own name
    file(CONFIGURE OUTPUT "${include}/${library}.h" @ONLY
      CONTENT "/* All kernels of ${library}. Made by xphi_add_kernels. */\n@all@")
  endif()
  add_library(${library} STATIC ${sources})
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("C" IN_LIST languages)
    set_target_properties(${library} PROPERTIES LINKER_LANGUAGE C)
  else()
    set_target_properties(${library} PROPERTIES LINKER_LANGUAGE CXX)
  endif()
  target_include_directories(${library} PUBLIC "$<BUILD_INTERFACE:${include}>")
endfunction()
