// NumPy's .npy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Npy.h"

#include "Session.h"
#include "StoredArray.h"
#include "WrittenFiles.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "dsl/disk/RegularFile.h"

#include <fmt/format.h>

#include <algorithm>
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
  return Error(code::badArray, fmt::format("'{}' is no .npy file of xphi's types: {}", name, why));
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

/// What the header says, and where the numbers begin.
struct Header {
  std::vector<std::size_t> shape;
  ElementType type;
  bool bigEndian = false, columnsFirst = false;
  std::size_t count = 1;
  std::size_t size = 0; ///< of the header, in bytes
};

/// "f4", "V1": `wanted` where it is so written, else the first such type, but for bytes, of which
/// several types have one.
std::optional<ElementType> typeNamed(std::string_view kind, ElementType wanted) {
  if (numpyOf(wanted) == kind)
    return wanted;
  if (kind == "f1") // ml_dtypes
    return ElementType::FP8_E5M2;
  if (kind == "V1")
    return std::nullopt;
  for (const ElementType type : elementTypes)
    if (numpyOf(type) == kind)
      return type;
  return std::nullopt;
}

Result<Header> readHeader(std::string_view bytes, const std::string &name, ElementType wanted) {
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
  Header made{std::move(*shape),          {}, false,
              order->starts_with("True"), 1,  headerBegin + headerSize};
  // "'<f4'": the byte order, then the kind.
  const std::string_view quoted = type->substr(0, type->find_first_of(",}"));
  const std::size_t end = type->size() > 1 ? type->find('\'', 1) : std::string_view::npos;
  std::optional<ElementType> held;
  if (end != std::string_view::npos && end > 2 && std::strchr("<>|=", (*type)[1]))
    held = typeNamed(type->substr(2, end - 2), wanted);
  if (!held)
    return notAnArray(name,
                      quoted.starts_with("'|V1") || quoted.starts_with("'<V1")
                          ? std::string("it has bytes without a type: say which with --type, "
                                        "as in --type fp8_e4m3")
                          : fmt::format("its type is {}; convert with .astype('<f4')", quoted));
  made.type = *held;
  made.bigEndian = (*type)[1] == '>' && sizeOf(*held) > 1;

  // A product that does not fit, or does not match the bytes there, must not become an allocation.
  for (std::size_t extent : made.shape)
    if (__builtin_mul_overflow(made.count, extent, &made.count))
      return notAnArray(name, "its shape is too large");
  if (made.count > kMaxBytes / sizeOf(made.type))
    return notAnArray(name, fmt::format("its shape {} is larger than the {} bytes that are read",
                                        spellShape(made.shape), kMaxBytes));
  return made;
}

/// Of numbers whose first index goes fastest.
std::vector<double> rowsFirst(const std::vector<double> &columns,
                              const std::vector<std::size_t> &shape) {
  std::vector<double> rows(columns.size());
  std::vector<std::size_t> indices(shape.size()), strides(shape.size());
  std::size_t stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    strides[i] = stride;
    stride *= shape[i];
  }
  std::size_t from = 0;
  for (double &each : rows) {
    each = columns[from];
    for (std::size_t i = shape.size(); i-- > 0;) {
      from += strides[i];
      if (++indices[i] < shape[i])
        break;
      from -= strides[i] * shape[i];
      indices[i] = 0;
    }
  }
  return rows;
}

} // namespace

std::string Array::conversionTo(ElementType wanted) const {
  return type == wanted && layout.empty() ? "" : std::string(nameOf(type)) + layout;
}

Result<Array> decodeNpy(std::string_view bytes, const std::string &name, ElementType type) {
  Result<Header> header = readHeader(bytes, name, type);
  if (!header)
    return header.error();
  std::string_view body = bytes.substr(header->size);
  const std::size_t each = sizeOf(header->type);
  if (header->count != body.size() / each || body.size() % each != 0)
    return notAnArray(name, fmt::format("its shape {} needs {} numbers, it has {} bytes of them",
                                        spellShape(header->shape), header->count, body.size()));
  std::string turned;
  if (header->bigEndian) {
    turned = body;
    for (std::size_t i = 0; i < turned.size(); i += each)
      std::reverse(turned.begin() + std::ptrdiff_t(i), turned.begin() + std::ptrdiff_t(i + each));
    body = turned;
  }
  Array array{std::move(header->shape), StoredArray(body, header->type).numbers(), header->type};
  if (header->bigEndian)
    array.layout += ", big-endian";
  if (header->columnsFirst && array.shape.size() > 1) {
    array.data = rowsFirst(array.data, array.shape);
    array.layout += ", columns first";
  }
  return array;
}

std::string encodeNpy(const Array &array, ElementType type) {
  std::string header = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}",
                                   sizeOf(type) == 1 && numpyOf(type)[0] != 'V' ? '|' : '<',
                                   numpyOf(type), spellShape(array.shape));
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
  const StoredArray stored(array.data, type);
  bytes.append(reinterpret_cast<const char *>(stored.data()), array.data.size() * sizeOf(type));
  return bytes;
}

Result<Array> readNpy(const std::string &path, ElementType type) {
  auto firstBytes = [&path](std::size_t limit) -> Result<std::string> {
    dsl::FileContents file = dsl::readRegularFile(path, limit);
    if (!file.bytes)
      return Error(code::unreadableFile, fmt::format("cannot read '{}': {}", path, file.problem));
    return std::move(*file.bytes);
  };
  Result<std::string> beginning = firstBytes(kMaxHeaderBytes);
  if (!beginning)
    return beginning.error();
  Result<Header> header = readHeader(*beginning, path, type);
  if (!header)
    return header.error();
  // A byte more than the header announces, to see that there is none.
  Result<std::string> bytes = firstBytes(header->size + header->count * sizeOf(header->type) + 1);
  if (!bytes)
    return bytes.error();
  return decodeNpy(*bytes, path, type);
}

Status writeNpy(const std::string &path, const Array &array, ElementType type) {
  return writeFile(path, encodeNpy(array, type));
}

std::string spellShape(const std::vector<std::size_t> &shape) {
  if (shape.size() == 1)
    return fmt::format("({},)", shape[0]);
  return fmt::format("({})", fmt::join(shape, ", "));
}

} // namespace xphi::command
