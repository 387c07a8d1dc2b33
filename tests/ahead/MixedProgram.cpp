// A program of many functions: objects, archives, shared libraries and texts of every type, tier,
// derivative and odd name, and what their kernels say to the same calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "MixedProgram.h"

#include "abi/SharedName.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <sstream>

namespace xphi::ahead {
namespace {

/// Keywords and library names of C and C++, names that differ in case, in `_` or in the end that
/// a C function's name has.
constexpr const char *kNames[] = {
    "gelu", "Gelu",     "GELU",           "class",   "new",   "delete", "template",   "operator",
    "this", "typename", "namespace",      "int",     "long",  "double", "register",   "main",
    "std",  "errno",    "NULL",           "INT_MAX", "linux", "a_b",    "a__b",       "a_b_",
    "f",    "f_f32",    "f_f32_backward", "f_v3",    "sinf",  "memcpy", "xphi_lanes", "y_n"};

constexpr ElementType kTypes[] = {ElementType::F32, ElementType::BF16, ElementType::F16,
                                  ElementType::F64};

/// The parameters of a C function, each its type and name.
using Arguments = std::vector<std::pair<std::string, std::string>>;

Arguments argumentsOf(const std::string &header, const std::string &name) {
  const std::regex declaration("\nvoid " + name + "\\(([^;]*)\\);");
  std::smatch found;
  Arguments arguments;
  if (!std::regex_search(header, found, declaration))
    return arguments;
  const std::string list = found[1];
  const std::regex argument("(const )?([a-z ]+?) ?(\\*?)(\\w+)(, |$)");
  for (std::sregex_iterator at(list.begin(), list.end(), argument), end; at != end; ++at)
    arguments.emplace_back((*at)[2], (*at)[4]);
  return arguments;
}

/// Rows of this type in the program.
std::string bank(ElementType type) {
  return type == ElementType::F64    ? "f64"
         : type == ElementType::BF16 ? "bf16"
         : type == ElementType::F16  ? "f16"
                                     : "f32";
}

std::size_t bytesOf(ElementType type) {
  return type == ElementType::F64 ? 8 : type == ElementType::F32 ? 4 : 2;
}

/// Finite ones: of two NaN a compiler may take either.
const std::map<ElementType, std::string> &givenNumbers() {
  static const std::map<ElementType, std::string> all = [] {
    std::map<ElementType, std::string> made;
    std::mt19937 random(3);
    std::normal_distribution<double> normal(0, 2);
    for (const ElementType type : kTypes) {
      std::string &bytes = made[type];
      for (std::size_t i = 0; i < MixedProgram::rows * MixedProgram::count; ++i) {
        const double number = normal(random);
        const auto single = float(number);
        auto half = std::uint16_t(random());
        const std::uint16_t exponent = type == ElementType::F16 ? 0x7c00 : 0x7f80;
        if ((half & exponent) == exponent)
          half ^= exponent;
        const void *from = type == ElementType::F64   ? static_cast<const void *>(&number)
                           : type == ElementType::F32 ? static_cast<const void *>(&single)
                                                      : static_cast<const void *>(&half);
        bytes.append(static_cast<const char *>(from), bytesOf(type));
      }
    }
    return made;
  }();
  return all;
}

std::string cTypeIn(ElementType type) {
  return type == ElementType::F64   ? "double"
         : type == ElementType::F32 ? "float"
                                    : "unsigned short";
}

} // namespace

std::vector<Piece> somePieces(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Piece> pieces;
  std::set<std::string> taken; // names in C, without their types
  for (std::size_t i = 0; pieces.size() < count; ++i) {
    Piece piece;
    piece.function = kNames[(i + seed) % std::size(kNames)];
    const unsigned k = unsigned(i) + 2;
    const char *bodies[] = {"x * sigmoid({0} * x)", "{0} * tanh(x)",
                            "if x > 0 then x else {0} * expm1(x)", "x * exp(-x ^ 2 / {0})"};
    piece.definition =
        fmt::format("def {}(x) = {}", piece.function, fmt::format(fmt::runtime(bodies[i % 4]), k));
    piece.form = Piece::Form(random() % 5);
    const bool isText = piece.form == Piece::Form::C || piece.form == Piece::Form::Cpp;
    if (isText) { // of f32, and the bits of this tier
      piece.options.accuracy = Accuracy::reproducible();
    } else {
      const ElementType type = kTypes[random() % std::size(kTypes)];
      piece.options.types = {type};
      if (type == ElementType::F32 && random() % 4 == 0)
        piece.options.types = {ElementType::F32, ElementType::BF16};
      if (type != ElementType::F64)
        piece.options.accuracy =
            std::vector{Accuracy::accurate(), Accuracy::fast(), Accuracy::reproducible(),
                        Accuracy::ulp(2)}[random() % 4];
      if (random() % 3 == 0) {
        piece.options.target = "x86-64-v3";
        piece.options.targetInNames = true;
      }
    }
    piece.options.order = random() % 4 == 0;
    if (i % 4 == 1 && piece.options.order == 0 &&
        (isText || piece.options.types == std::vector{ElementType::F32}))
      piece.options.keep = Keep::Output;
    // The same name again has a prefix.
    while (!taken.insert(piece.prefix + piece.function).second)
      piece.prefix += "p" + std::to_string(i) + "_";
    pieces.push_back(piece);
  }
  return pieces;
}

MixedProgram::MixedProgram(const Folder &folder, const std::vector<Piece> &pieces)
    : folder(folder) {
  for (const ElementType type : kTypes)
    numbers += givenNumbers().at(type);
  folder.write("numbers", numbers);
  for (std::size_t i = 0; i < pieces.size(); ++i)
    add(pieces[i], i);
}

void MixedProgram::add(const Piece &piece, std::size_t number) {
  SCOPED_TRACE(piece.prefix + ": " + piece.definition);
  CompileOptions options = piece.options;
  options.namePrefix = piece.prefix;
  const Result<Kernel> kernel = engine().compile(piece.definition, piece.options);
  ASSERT_TRUE(kernel) << kernel.error().render();
  const auto emitted = [&](const char *kind) {
    const Result<std::string> made = engine().emit(piece.definition, kind, options);
    EXPECT_TRUE(made) << made.error().render();
    return made ? *made : "";
  };
  const std::string stem = "piece" + std::to_string(number), header = emitted("header");
  folder.write(stem + ".h", header);
  includes += fmt::format("#include \"{}.h\"\n", stem);
  std::smatch first;
  ASSERT_TRUE(std::regex_search(header, first, std::regex("\nvoid (\\w+)\\(")));
  const std::string name = first[1];
  ASSERT_TRUE(name.starts_with(piece.prefix + piece.function + "_"));

  switch (piece.form) {
  case Piece::Form::Object:
    linked.push_back(folder.write(stem + ".o", emitted("object")));
    break;
  case Piece::Form::Archive: {
    const std::string object = folder.write(stem + ".o", emitted("object")),
                      archive = folder / ("lib" + stem + ".a");
    EXPECT_EQ(run(fmt::format("{} rcs {} {}", archiver(), archive, object)).status, 0);
    linked.push_back(archive);
    break;
  }
  case Piece::Form::Shared:
    // Under the name that it says it has.
    linked.push_back(folder.write(sharedName(piece.prefix, piece.function,
                                             {{options.types.front()}, options.types.back()},
                                             options.targetInNames ? options.target : ""),
                                  emitted("shared")));
    break;
  case Piece::Form::C:
    cTexts.push_back(folder.write(stem + ".c", emitted("c")));
    break;
  case Piece::Form::Cpp:
    folder.write(stem + ".hpp", emitted("cpp"));
    cppIncludes += fmt::format("#include \"{}.hpp\"\n", stem);
    cppWrappers += fmt::format(
        R"(extern "C" void {0}(const float *x, float *y, size_t n) {{
  for (size_t i = 0; i < n; i += 8)
    store(y + i, {0}_element<8>(load(x + i)));
}}
extern "C" void {0}_backward(const float *x, const float *dy, float *dx, size_t n) {{
  for (size_t i = 0; i < n; i += 8)
    store(dx + i, {0}_backward_element<8>(load(x + i), load(dy + i)));
}}
)",
        name);
    break;
  }
  expect(*kernel, header, name);
}

void MixedProgram::expect(const Kernel &kernel, const std::string &header,
                          const std::string &name) {
  const std::vector<ElementType> types = kernel.types();
  ASSERT_EQ(types.size(), 2u) << "of one input";
  std::vector<double> y(count), dx(count); // aligned for all
  const auto in = [&](ElementType type, std::size_t row) {
    return ConstTensor::bits(givenNumbers().at(type).data() + row * count * bytesOf(type), type,
                             {std::int64_t(count)});
  };
  const std::vector<ConstTensor> x{in(types[0], 0)};
  const Tensor result = Tensor::bits(y.data(), types[1], {std::int64_t(count)});
  ASSERT_TRUE(kernel.forward(x, result));
  const std::vector<ConstTensor> kept{
      kernel.keep() == Keep::Output ? ConstTensor::bits(y.data(), types[1], {std::int64_t(count)})
                                    : x[0]};
  const std::vector<Tensor> gradient{Tensor::bits(dx.data(), types[0], {std::int64_t(count)})};
  const Status done = kernel.gradients(kept, in(types[1], 1), gradient);
  ASSERT_TRUE(done) << done.error().render();

  for (const std::string &function : {name, name + "_backward"}) {
    std::string arguments;
    for (const auto &[type, argument] : argumentsOf(header, function)) {
      const std::string given = argument == "in_x"     ? "in_" + bank(types[0]) + "[0]"
                                : argument == "grad_y" ? "in_" + bank(types[1]) + "[1]"
                                : argument == "kept_y" ? "out_" + bank(types[1]) + "[0]"
                                : argument == "out_y"  ? "out_" + bank(types[1]) + "[0]"
                                : argument == "out_dx" ? "out_" + bank(types[0]) + "[1]"
                                : argument == "n"      ? std::to_string(count)
                                                       : "";
      ASSERT_NE(given, "") << argument;
      arguments += (arguments.empty() ? "" : ", ") + given;
    }
    ASSERT_NE(arguments, "") << header;
    calls += fmt::format("  {}({});\n", function, arguments);
  }
  for (const auto &[type, row, values] :
       {std::tuple(types[1], 0, &y), std::tuple(types[0], 1, &dx)}) {
    calls +=
        fmt::format("  fwrite(out_{}[{}], 1, {}, to);\n", bank(type), row, count * bytesOf(type));
    expected.append(reinterpret_cast<const char *>(values->data()), count * bytesOf(type));
  }
}

std::vector<std::string> MixedProgram::parts(const std::string &compiler,
                                             const std::string &flags) const {
  std::vector<std::string> all = linked;
  const auto make = [&](const std::string &driver, const std::string &source,
                        const std::string &standard) {
    const std::string object = source.substr(0, source.rfind('.')) + ".text.o";
    const Ran ran =
        run(fmt::format("{} -std={} -Wall -Wextra -Wpedantic -Werror -Wno-psabi -mfma -mavx2 "
                        "-ffp-contract=off -fPIC {} -c {} -o {}",
                        driver, standard, flags, source, object));
    EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
    all.push_back(object);
  };
  for (const std::string &text : cTexts)
    make(compiler, text, "c99");
  const std::string cxx = cxxOf(compiler);
  if (cppWrappers.empty())
    return all;
  // All texts in one file, twice, among their own headers; and in another file once more.
  const std::string lanes = R"(#include <string.h>
using Vector = xphi_lanes::of<8>::f32;
static inline Vector load(const float *from) {
  Vector result;
  memcpy(&result, from, sizeof result);
  return result;
}
static inline void store(float *to, Vector value) { memcpy(to, &value, sizeof value); }
)";
  make(cxx, folder.write("texts.cpp", includes + cppIncludes + cppIncludes + lanes + cppWrappers),
       "gnu++17");
  make(cxx, folder.write("again.cpp", cppIncludes + "int again() { return 0; }\n"), "gnu++20");
  return all;
}

std::string MixedProgram::caller(const std::string &compiler, const std::string &flags) const {
  std::string declarations;
  for (const ElementType type : kTypes)
    declarations += fmt::format("static {0} in_{1}[{2}][{3}], out_{1}[2][{3}];\n", cTypeIn(type),
                                bank(type), rows, count);
  std::string reads;
  for (const ElementType type : kTypes)
    reads += fmt::format("  if (!from || fread(in_{0}, sizeof in_{0}, 1, from) != 1)\n    return "
                         "1;\n  (void)out_{0};\n",
                         bank(type));
  const std::string text = fmt::format(R"({0}{0}
#include <stdio.h>
{1}
#ifdef __cplusplus
extern "C"
#endif
int callAll(int argc, char **argv);
int callAll(int argc, char **argv) {{
  FILE *from = argc == 3 ? fopen(argv[1], "rb") : 0, *to = argc == 3 ? fopen(argv[2], "wb") : 0;
{2}  fclose(from);
  if (!to)
    return 1;
{3}  return fclose(to);
}}
#ifndef NO_MAIN
int main(int argc, char **argv) {{ return callAll(argc, argv); }}
#endif
)",
                                       includes, declarations, reads, calls);
  const bool isCpp = flags.find("-std=c++") != std::string::npos;
  const std::string source = folder.write(isCpp ? "caller.cpp" : "caller.c", text),
                    object = folder / "caller.o";
  const Ran ran =
      run(fmt::format("{} {} -Wall -Wextra -Wpedantic -Werror -Wno-unused-result -fPIC -c {} -o {}",
                      isCpp ? cxxOf(compiler) : compiler, flags, source, object));
  EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
  return object;
}

void MixedProgram::check(const std::string &command) const {
  SCOPED_TRACE(command);
  const std::string results = folder / "results";
  std::filesystem::remove(results);
  const Ran ran = run(fmt::format("{} {} {}", command, (folder / "numbers").string(), results));
  ASSERT_EQ(ran.status, 0) << ran.said;
  const std::string written = readFile(results);
  ASSERT_EQ(written.size(), expected.size());
  if (written == expected)
    return;
  std::istringstream lines(calls);
  std::size_t at = 0, differ = 0;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    std::size_t bytes = 0;
    if (std::sscanf(line.c_str(), "  fwrite(out_%*[a-z0-9][%*d], 1, %zu,", &bytes) != 1) {
      last = line;
      continue;
    }
    if (written.compare(at, bytes, expected, at, bytes) != 0 && differ++ < 5)
      ADD_FAILURE() << last << " has other bits than its kernel: " << line;
    at += bytes;
  }
  EXPECT_EQ(differ, 0u);
}

} // namespace xphi::ahead
