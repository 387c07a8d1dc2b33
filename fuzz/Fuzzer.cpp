// libFuzzer target: the complaint named by XPHI_COMPLAINT.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "fuzz/Properties.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::string complaint = xphi::fuzz::XPHI_COMPLAINT({reinterpret_cast<const char *>(data), size});
  if (complaint.empty())
    return 0;
  std::fprintf(stderr, "%s\n", complaint.c_str());
  std::abort();
}
