// NumPy's .npy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Npy.h"

#include "Session.h"

#include "dsl/disk/RegularFile.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace xphi::command {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
/// Of one array. Larger ones are work for the library, whose callers have them in memory.
constexpr std::size_t kMaxBytes = std::size_t(4) << 30;
constexpr std::size_t kMaxHeaderBytes = std::size_t(1) << 20;

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

namespace {

/// What the header says, and where the numbers begin.
struct Header {
  std::vector<std::size_t> shape;
  std::size_t count = 1;
  std::size_t size = 0; ///< of the header, in bytes
};

Result<Header> readHeader(std::string_view bytes, const std::string &name) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 12)
    return notAnArray(name, "it does not begin as one");
  // Version 1 counts the header in two bytes, later ones in four.
  std::size_t countBytes = bytes[6] == 1 ? 2 : 4;
  std::size_t headerBegin = 8 + countBytes;
  std::size_t headerSize = littleEndian(bytes.substr(8, countBytes));
  if (headerSize > bytes.size() - headerBegin)
    return notAnArray(name, "its header is cut off");
  std::string_view header = bytes.substr(headerBegin, headerSize);
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
  Header made{std::move(*shape), 1, headerBegin + headerSize};
  for (std::size_t extent : made.shape)
    if (__builtin_mul_overflow(made.count, extent, &made.count))
      return notAnArray(name, "its shape is too large");
  if (made.count > kMaxBytes / sizeof(float))
    return notAnArray(name, fmt::format("its shape {} is larger than the {} bytes that are read",
                                        spellShape(made.shape), kMaxBytes));
  return made;
}

} // namespace

Result<Array> decodeNpy(std::string_view bytes, const std::string &name) {
  Result<Header> header = readHeader(bytes, name);
  if (!header)
    return header.error();
  std::string_view body = bytes.substr(header->size);
  if (header->count != body.size() / sizeof(float) || body.size() % sizeof(float) != 0)
    return notAnArray(name, fmt::format("its shape {} needs {} numbers, it has {} bytes of them",
                                        spellShape(header->shape), header->count, body.size()));
  Array array{std::move(header->shape), std::vector<float>(header->count)};
  if (header->count > 0)
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
  auto firstBytes = [&path](std::size_t limit) -> Result<std::string> {
    dsl::FileContents file = dsl::readRegularFile(path, limit);
    if (!file.bytes)
      return Error(code::unreadableFile, fmt::format("cannot read '{}': {}", path, file.problem));
    return std::move(*file.bytes);
  };
  Result<std::string> beginning = firstBytes(kMaxHeaderBytes);
  if (!beginning)
    return beginning.error();
  Result<Header> header = readHeader(*beginning, path);
  if (!header)
    return header.error();
  // A byte more than the header announces, to see that there is none.
  Result<std::string> bytes = firstBytes(header->size + header->count * sizeof(float) + 1);
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
