// NumPy's .npy files, of every type of elements that xphi has, in any byte order and of any shape.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>
#include <xphi/Result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::command {

struct Array {
  std::vector<std::size_t> shape; ///< empty: a single number
  std::vector<double> data;       ///< exact, rows first
  /// Of a file: what it holds, and whether that was not as it stands here: "f64, big-endian,
  /// columns first".
  ElementType type = ElementType::F32;
  std::string layout = {};

  /// "float64, big-endian"; empty where the file has elements of `type` as they are used.
  std::string conversionTo(ElementType type) const;
};

/// Versions 1 to 3 of the format. Bytes that NumPy has no type for (V1, V2), as ml_dtypes stores
/// bfloat16 and FP8, are those of `type` if that has as many. X3001 for a file that cannot be read,
/// X3005 for one that holds something else, or more than 4 GiB.
Result<Array> readNpy(const std::string &path, ElementType type);
/// Version 1; the elements nearest to the numbers. X3002 on failure.
Status writeNpy(const std::string &path, const Array &array, ElementType type);

/// The same on bytes; `name` is for messages.
Result<Array> decodeNpy(std::string_view bytes, const std::string &name, ElementType type);
std::string encodeNpy(const Array &array, ElementType type);

/// "(3, 4)", as Python writes it.
std::string spellShape(const std::vector<std::size_t> &shape);

} // namespace xphi::command
