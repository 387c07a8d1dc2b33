// .npy files: what was written comes back, and anything else is a coded error instead of a crash.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Npy.h"

#include "abi/ElementTypes.h"

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
  auto array = decodeNpy(bytes, "x.npy", xphi::ElementType::F32);
  return array ? "" : array.error().code();
}

} // namespace

TEST(Npy, ComesBackWithItsShape) {
  for (std::vector<std::size_t> shape :
       {std::vector<std::size_t>{}, {6}, {2, 3}, {1, 2, 3}, {0}, {4, 0}}) {
    std::size_t count = 1;
    for (std::size_t extent : shape)
      count *= extent;
    Array array{shape, std::vector<double>(count)};
    for (std::size_t i = 0; i < count; ++i)
      array.data[i] = static_cast<double>(i) + 2;
    for (const xphi::ElementType type : xphi::elementTypes) {
      auto back = decodeNpy(encodeNpy(array, type), "x.npy", type);
      ASSERT_TRUE(back) << spellShape(shape) << back.error().render();
      EXPECT_EQ(back->shape, shape);
      EXPECT_EQ(back->data, array.data) << nameOf(type);
      EXPECT_EQ(back->conversionTo(type), "");
    }
  }
}

TEST(Npy, DataBeginsAtAMultipleOf64) {
  std::string bytes = encodeNpy({{3}, {1, 2, 3}}, xphi::ElementType::F32);
  EXPECT_EQ((bytes.size() - 12) % 64, 0u);
  EXPECT_EQ(bytes[bytes.size() - 13], '\n');
}

TEST(Npy, ReadsWhatNumpyWrites) {
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }  \n", 3)),
            "");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }\n", 3)), "");
  EXPECT_EQ(codeOf(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", 1)), "");
}

TEST(Npy, ConvertsOtherTypesOrdersAndLayoutsAndSaysSo) {
  std::string file = fileWith("{'descr': '>f2', 'fortran_order': True, 'shape': (2, 3), }\n", 3);
  const unsigned char halves[] = {0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45, 0, 0x46, 0}; // 1 to 6
  file.replace(file.size() - sizeof halves, sizeof halves, reinterpret_cast<const char *>(halves),
               sizeof halves);
  const auto array = decodeNpy(file, "x.npy", xphi::ElementType::F32);
  ASSERT_TRUE(array) << array.error().render();
  EXPECT_EQ(array->data, (std::vector<double>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(array->conversionTo(xphi::ElementType::F32), "f16, big-endian, columns first");
}

TEST(Npy, RefusesEverythingElse) {
  EXPECT_EQ(codeOf(""), "X3005");
  EXPECT_EQ(codeOf("not an array at all"), "X3005");
  for (const char *type : {"<f16", "<c8", "<i8", "<U1", "|O", "|V1", "|V4", "f4", "<", ""})
    EXPECT_EQ(codeOf(fileWith("{'descr': '" + std::string(type) +
                                  "', 'fortran_order': False, 'shape': (3,), }\n",
                              6)),
              "X3005")
        << type;
  EXPECT_EQ(
      codeOf(fileWith("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }\n", 3)),
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
  std::string whole = encodeNpy({{5}, {1, 2, 3, 4, 5}}, xphi::ElementType::F32);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(codeOf(whole.substr(0, size)), "X3005") << size;
}
