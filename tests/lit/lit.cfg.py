# Tests of single passes: text in the xphi dialect in, text out, compared by FileCheck.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import lit.formats

config.name = 'xphi passes'
config.test_format = lit.formats.ShTest(True)
config.suffixes = ['.mlir']
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(lit_config.params['build'], 'tests', 'lit')
config.environment['PATH'] = os.pathsep.join(
    [os.path.join(lit_config.params['build'], 'bin'), lit_config.params['llvm_tools'],
     config.environment['PATH']])
