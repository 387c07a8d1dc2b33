// Has the loops of usual signatures made, and writes them as rows of a table in C++.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: xphi-usual-loops FILE
#include "codegen/HalideLoops.h"
#include "codegen/LoopSignature.h"

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::compiler {
namespace {

/// What there is one signature for each element type, target and direction of.
struct Shape {
  unsigned inputs;
  const char *parameters;
};

// All of the library's functions, the last a quotient of polynomials; what people write is like
// them.
constexpr Shape shapes[] = {{1, ""},   {1, "s"},    {1, "ss"},  {1, "sss"},       {1, "ssss"},
                            {1, "f"},  {1, "ff"},   {1, "sff"}, {1, "fff"},       {1, "ssff"},
                            {1, "sn"}, {1, "sssn"}, {2, ""},    {2, "s"},         {2, "ss"},
                            {2, "f"},  {3, ""},     {3, "s"},   {1, "ssssssssss"}};

/// Whether there are bodies of two vectors at once, see ChooseVectors.cpp.
bool mayHaveTwo(ElementType type, const Target &target, bool indexed) {
  return type == ElementType::F32 || (indexed && type != ElementType::F64 && target.lanes == 16);
}

std::vector<LoopSignature> usualSignatures() {
  std::vector<LoopSignature> all;
  for (const char *name : {"x86-64-v3", "x86-64-v4"})
    for (const ElementType type :
         {ElementType::F32, ElementType::F64, ElementType::F16, ElementType::BF16})
      for (const Shape &shape : shapes) {
        const Target target = *Target::parse(name);
        const std::string_view parameters = shape.parameters;
        const std::string one(1, letterOf(type)), inputs(shape.inputs, letterOf(type));
        const bool two = mayHaveTwo(type, target, parameters.ends_with(char(IndexScalar)));
        for (unsigned vectors = 1; vectors <= (two ? 2 : 1); ++vectors) {
          const auto add = [&](const std::string &read, const std::string &written) {
            all.push_back({read, shape.parameters, written, target, vectors});
          };
          add(inputs, one);
          add(inputs + one, inputs); // with dy
          if (shape.inputs == 1 && (parameters == "s" || parameters == "f"))
            add(inputs + one, inputs + letterOf(ElementType::F32)); // the parameter's gradient
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
