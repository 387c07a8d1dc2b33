// NumPy's .npy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Npy.h"

#include "Session.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace xphi::command {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

Error notAnArray(const std::string &name, std::string_view why) {
  return Error(code::badArray, fmt::format("'{}' is not a float32 .npy file: {}", name, why));
}

/// What follows `'key':` in the header, which is a Python dictionary.
std::optional<std::string_view> entry(std::string_view header, std::string_view key) {
  std::size_t at = header.find(fmt::format("'{}'", key));
  if (at == std::string_view::npos)
    return std::nullopt;
  std::string_view rest = header.substr(at + key.size() + 2);
  std::size_t begin = rest.find_first_not_of(" :");
  if (begin == std::string_view::npos)
    return std::nullopt;
  return rest.substr(begin);
}

/// "(3, 4)", "(5,)" or "()".
std::optional<std::vector<std::size_t>> readShape(std::string_view text) {
  if (!text.starts_with('(') || text.find(')') == std::string_view::npos)
    return std::nullopt;
  std::string_view inside = text.substr(1, text.find(')') - 1);
  std::vector<std::size_t> shape;
  while (true) {
    std::size_t digit = inside.find_first_not_of(" ,");
    if (digit == std::string_view::npos)
      return shape;
    inside.remove_prefix(digit);
    std::size_t extent = 0;
    auto [end, failed] = std::from_chars(inside.data(), inside.data() + inside.size(), extent);
    if (failed != std::errc())
      return std::nullopt;
    shape.push_back(extent);
    inside.remove_prefix(static_cast<std::size_t>(end - inside.data()));
  }
}

std::uint32_t littleEndian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

} // namespace

Result<Array> decodeNpy(std::string_view bytes, const std::string &name) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 12)
    return notAnArray(name, "it does not begin as one");
  // Version 1 counts the header in two bytes, later ones in four.
  std::size_t countBytes = bytes[6] == 1 ? 2 : 4;
  std::size_t headerBegin = 8 + countBytes;
  std::size_t headerSize = littleEndian(bytes.substr(8, countBytes));
  if (headerSize > bytes.size() - headerBegin)
    return notAnArray(name, "its header is cut off");
  std::string_view header = bytes.substr(headerBegin, headerSize);
  std::string_view body = bytes.substr(headerBegin + headerSize);

  auto type = entry(header, "descr"), order = entry(header, "fortran_order"),
       extents = entry(header, "shape");
  auto shape = extents ? readShape(*extents) : std::nullopt;
  if (!type || !order || !shape)
    return notAnArray(name, "its header makes no sense");
  if (!type->starts_with("'<f4'"))
    return notAnArray(name, fmt::format("its type is {}; convert with .astype('<f4')",
                                        type->substr(0, type->find(','))));
  if (order->starts_with("True") && shape->size() > 1)
    return notAnArray(name, "columns come first; convert with numpy.ascontiguousarray");

  // A product that does not fit, or does not match the bytes there, must not become an allocation.
  std::size_t count = 1;
  for (std::size_t extent : *shape)
    if (__builtin_mul_overflow(count, extent, &count))
      return notAnArray(name, "its shape is too large");
  if (count != body.size() / sizeof(float) || body.size() % sizeof(float) != 0)
    return notAnArray(name, fmt::format("its shape {} needs {} numbers, it has {} bytes of them",
                                        spellShape(*shape), count, body.size()));
  Array array{std::move(*shape), std::vector<float>(count)};
  if (count > 0)
    std::memcpy(array.data.data(), body.data(), body.size());
  return array;
}

std::string encodeNpy(const Array &array) {
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': {}, }}",
                                   spellShape(array.shape));
  // The data begins at a multiple of 64, after a line break.
  std::size_t unpadded = kMagic.size() + 4 + header.size() + 1;
  header.append((64 - unpadded % 64) % 64, ' ');
  header += '\n';
  std::string bytes(kMagic);
  bytes += '\1';
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(reinterpret_cast<const char *>(array.data.data()),
               array.data.size() * sizeof(float));
  return bytes;
}

Result<Array> readNpy(const std::string &path) {
  Result<std::string> bytes = readFile(path);
  if (!bytes)
    return bytes.error();
  return decodeNpy(*bytes, path);
}

Status writeNpy(const std::string &path, const Array &array) {
  return writeFile(path, encodeNpy(array));
}

std::string spellShape(const std::vector<std::size_t> &shape) {
  if (shape.size() == 1)
    return fmt::format("({},)", shape[0]);
  return fmt::format("({})", fmt::join(shape, ", "));
}

} // namespace xphi::command
