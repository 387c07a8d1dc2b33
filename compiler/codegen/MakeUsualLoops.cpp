// Has the loops of usual signatures made, and writes them as rows of a table in C++.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: xphi-usual-loops FILE
#include "codegen/HalideLoops.h"
#include "codegen/LoopSignature.h"

#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace xphi::compiler {
namespace {

/// What there is one signature for each element type, target and direction of.
struct Shape {
  unsigned inputs;
  const char *parameters;
};

// Of the functions in lib/, and of what people write: one input with parameters, some of them of
// channels; gates; and three inputs. `fs` is not `sf`: parameters come in the program's order.
constexpr Shape shapes[] = {{1, ""},   {1, "s"},  {1, "ss"}, {1, "sss"}, {1, "f"}, {1, "ff"},
                            {1, "fs"}, {1, "sf"}, {2, ""},   {2, "s"},   {2, "f"}, {3, ""},
                            {3, "s"},  {1, "sn"}};

std::vector<LoopSignature> usualSignatures() {
  std::vector<LoopSignature> all;
  for (const char *name : {"x86-64-v3", "x86-64-v4"})
    for (const ElementType type :
         {ElementType::F32, ElementType::F64, ElementType::F16, ElementType::BF16})
      for (const Shape &shape : shapes) {
        const std::string one(1, letterOf(type)), inputs(shape.inputs, letterOf(type));
        const bool mayHaveTwo = type == ElementType::F32; // vectors at once, ChooseVectors.cpp
        for (unsigned vectors = 1; vectors <= (mayHaveTwo ? 2 : 1); ++vectors) {
          const Target target = *Target::parse(name);
          all.push_back({inputs, shape.parameters, one, target, vectors});
          all.push_back({inputs + one, shape.parameters, inputs, target, vectors}); // and dy
        }
      }
  return all;
}

struct Made {
  std::string bitcode, error;
};

Made make(const LoopSignature &signature) {
  Made made;
  const xphi_loop_request request{
      signature.inputs.c_str(),
      signature.parameters.c_str(),
      signature.outputs.c_str(),
      signature.target.name.data(),
      signature.vectors,
      &made,
      [](void *receiver, const char *data, size_t size, const char *error) {
        *static_cast<Made *>(receiver) = {std::string(data, size), error};
      }};
  xphi_make_loop(&request);
  return made;
}

/// Octal digits end after three, whatever follows.
std::string quoted(const std::string &bytes) {
  constexpr size_t line = 64;
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % line == 0)
      text += i == 0 ? "\"" : "\"\n\"";
    char digits[5];
    std::snprintf(digits, sizeof digits, "\\%03o", unsigned(static_cast<unsigned char>(bytes[i])));
    text += digits;
  }
  return text + "\"";
}

bool write(const char *path, const std::map<std::string, std::string> &loops) {
  std::FILE *file = std::fopen(path, "w");
  if (!file)
    return false;
  for (const auto &[key, bitcode] : loops)
    std::fprintf(file, "{\"%s\", {%s, %zu}},\n", key.c_str(), quoted(bitcode).c_str(),
                 bitcode.size());
  return std::fclose(file) == 0;
}

int run(const char *path) {
  std::map<std::string, std::string> loops; // sorted
  for (const LoopSignature &signature : usualSignatures()) {
    Made made = make(signature);
    if (made.bitcode.empty()) {
      std::fprintf(stderr, "%s: %s\n", signature.key().c_str(), made.error.c_str());
      return 1;
    }
    loops[signature.key()] = std::move(made.bitcode);
  }
  if (write(path, loops))
    return 0;
  std::perror(path);
  return 1;
}

} // namespace
} // namespace xphi::compiler

int main(int argc, char **argv) {
  if (argc == 2)
    return xphi::compiler::run(argv[1]);
  std::fprintf(stderr, "usage: xphi-usual-loops FILE\n");
  return 2;
}
