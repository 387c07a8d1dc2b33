// The fuzz targets' kept texts, and whatever once broke something, replayed without libFuzzer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "fuzz/Properties.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace xphi::fuzz {
namespace {

TEST(ReplayTest, KeptTextsHoldTheProperties) {
  for (auto [folder, least] :
       {std::pair{"fuzz/corpus", 30u}, {"fuzz/crashes", 3u}, {"lib", 100u}}) {
    size_t count = 0;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(XPHI_SOURCE_DIR) / folder)) {
      if (!entry.is_regular_file() || entry.path().extension() != ".phi")
        continue;
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      EXPECT_EQ(complaintOfFrontend(text.str()), "") << entry.path();
      EXPECT_EQ(complaintOfRoundTrip(text.str()), "") << entry.path();
      ++count;
    }
    EXPECT_GE(count, least) << folder;
  }
}

} // namespace
} // namespace xphi::fuzz
