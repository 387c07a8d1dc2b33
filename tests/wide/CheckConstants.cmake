# Fails when compiler/wide/Constants.h differs from what constants.py writes.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

execute_process(COMMAND "${PYTHON}" "${FOLDER}/constants.py" OUTPUT_VARIABLE made COMMAND_ERROR_IS_FATAL ANY)
file(READ "${FOLDER}/Constants.h" kept)
if(NOT made STREQUAL kept)
  message(FATAL_ERROR "not what constants.py writes: ${FOLDER}/Constants.h")
endif()
