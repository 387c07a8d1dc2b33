// .npy files: what was written comes back, and anything else is a coded error instead of a crash.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Npy.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace xphi::command;

namespace {

/// A file as NumPy writes it, with this header text.
std::string fileWith(const std::string &header, std::size_t floats) {
  std::string bytes("\x93NUMPY\1\0", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  return bytes + header + std::string(floats * 4, '\0');
}

std::string codeOf(const std::string &bytes) {
  auto array = decodeNpy(bytes, "x.npy");
  return array ? "" : array.error().code();
}

} // namespace

TEST(Npy, ComesBackWithItsShape) {
  for (std::vector<std::size_t> shape :
       {std::vector<std::size_t>{}, {6}, {2, 3}, {1, 2, 3}, {0}, {4, 0}}) {
    std::size_t count = 1;
    for (std::size_t extent : shape)
      count *= extent;
    Array array{shape, std::vector<float>(count)};
    for (std::size_t i = 0; i < count; ++i)
      array.data[i] = static_cast<float>(i) - 1.5f;
    auto back = decodeNpy(encodeNpy(array), "x.npy");
    ASSERT_TRUE(back) << spellShape(shape);
    EXPECT_EQ(back->shape, shape);
    EXPECT_EQ(back->data, array.data);
  }
}

TEST(Npy, DataBeginsAtAMultipleOf64) {
  std::string bytes = encodeNpy({{3}, {1, 2, 3}});
  EXPECT_EQ((bytes.size() - 12) % 64, 0u);
  EXPECT_EQ(bytes[bytes.size() - 13], '\n');
}

TEST(Npy, ReadsWhatNumpyWrites) {
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }  \n", 3)),
            "");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }\n", 3)), "");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", 1)), "");
}

TEST(Npy, RefusesEverythingElse) {
  EXPECT_EQ(codeOf(""), "X3005");
  EXPECT_EQ(codeOf("not an array at all"), "X3005");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n", 6)),
            "X3005");
  EXPECT_EQ(codeOf(fileWith("{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }\n", 3)),
            "X3005");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }\n", 4)),
            "X3005");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n", 3)),
            "X3005");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }\n", 3)),
            "X3005");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4'}\n", 3)), "X3005");
  // 2^62 elements of 4 bytes wrap to nothing in 64 bits.
  EXPECT_EQ(
      codeOf(fileWith(
          "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }\n", 0)),
      "X3005");
  EXPECT_EQ(
      codeOf(fileWith(
          "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }\n", 0)),
      "X3005");
}

TEST(Npy, SurvivesEveryTruncation) {
  std::string whole = encodeNpy({{5}, {1, 2, 3, 4, 5}});
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(codeOf(whole.substr(0, size)), "X3005") << size;
}
