# What xphi is when it is a part of another project: neither tests nor examples.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Their targets have names that other projects use, too; those of libraries and command begin with `xphi`.

if(NOT PROJECT_IS_TOP_LEVEL)
  foreach(part BUILD_TESTS BUILD_EXAMPLES FUZZ)
    if(XPHI_${part})
      message(WARNING "XPHI_${part} has no effect: xphi builds these only by itself, not as a part of ${CMAKE_PROJECT_NAME}")
    endif()
    set(XPHI_${part} OFF)
  endforeach()
endif()
