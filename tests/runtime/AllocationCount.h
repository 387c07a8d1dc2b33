// How many times this thread has called operator new, the libraries it uses included.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace xphi::test {

long allocationCount();

} // namespace xphi::test
