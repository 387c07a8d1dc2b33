// NumPy's .npy files, as far as xphi takes them: float32, little-endian, rows first, any shape.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::command {

struct Array {
  std::vector<std::size_t> shape; ///< empty: a single number
  std::vector<float> data;
};

/// Versions 1 to 3 of the format. X3001 for a file that cannot be read, X3005 for one that holds
/// something else, or more than 4 GiB.
Result<Array> readNpy(const std::string &path);
/// Version 1. X3002 on failure.
Status writeNpy(const std::string &path, const Array &array);

/// The same on bytes; `name` is for messages.
Result<Array> decodeNpy(std::string_view bytes, const std::string &name);
std::string encodeNpy(const Array &array);

/// "(3, 4)", as Python writes it.
std::string spellShape(const std::vector<std::size_t> &shape);

} // namespace xphi::command
