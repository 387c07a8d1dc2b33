// A C program that calls functions made ahead of time, and what their kernels say to the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program reads its numbers from a file and writes what comes out to another. Each call is
// added twice, as C text and as the bytes that it must write.
#pragma once

#include "Toolchain.h"

#include <xphi/xphi.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace xphi::ahead {

/// With the environment's options.
Engine &engine();

using Bytes = std::vector<std::uint8_t>;
Bytes bytesOf(std::span<const float> values);

class CProgram {
public:
  static constexpr std::size_t rows = 16;

  enum class Numbers { Usual, AnyBits }; ///< as activations are, or with some of every kind between

  /// No array is longer than `longest`.
  CProgram(const Folder &folder, std::size_t longest, Numbers kind);

  /// The numbers that the program has in in[row].
  std::span<const float> numbers(std::size_t row) const {
    return std::span(data).subspan(row * longest, longest);
  }

  /// Emits object and header. The object exports what the header declares, and needs nothing.
  void add(const std::string &what, const CompileOptions &options);
  /// A header that is there, of what `command` of check() links.
  void include(const std::string &header);
  /// `call` writes to out[0], out[1], ..., which are filled with 0xa5 before; then their first
  /// bytes must be these.
  void expect(const std::string &call, const std::vector<Bytes> &expected);

  /// Adds calls of `name` and of its backward function, on `count` elements: as the kernel does it.
  void expectKernel(const std::string &what, const CompileOptions &options, const std::string &name,
                    std::size_t count);

  const std::vector<std::string> &objects() const { return objectPaths; }
  /// Compiles the program, with these flags; the path of its object.
  std::string compile(const std::string &compiler, const std::string &flags) const;
  /// Links (`command`, to which `-o program` is added), runs and compares.
  void check(const std::string &command) const;

private:
  const Folder &folder;
  const std::size_t longest;
  std::vector<float> data;
  std::vector<std::string> objectPaths;
  std::string includes, calls;
  std::vector<std::string> callTexts; ///< one for each piece of `expected`
  std::vector<Bytes> expectedBytes;
};

/// A program in C that reads float in[rows][longest] from the file named first, does `calls`, which
/// write to `to`, the file named second, and returns 0.
std::string programOf(const std::string &includes, std::size_t rows, std::size_t longest,
                      const std::string &calls);

/// A float as C writes it.
std::string literal(float value);

} // namespace xphi::ahead
