// The activation library: complete, documented, and true to its sources.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include "dsl/Format.h"
#include "dsl/Interpreter.h"
#include "dsl/Printer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace xphi::dsl {
namespace {

constexpr std::string_view names[] = {
    // piecewise
    "abs",
    "bent_identity",
    "bounded_relu",
    "clip",
    "clip_onednn",
    "crelu_negative",
    "crelu_positive",
    "hard_mish",
    "hard_sigmoid",
    "hard_sigmoid_onnx",
    "hard_swish",
    "hard_tanh",
    "hardshrink",
    "identity",
    "isrlu",
    "isru",
    "keras_relu",
    "leaky_relu",
    "linear",
    "prelu",
    "relu",
    "relu6",
    "relu_squared",
    "rrelu",
    "shrink",
    "smelu",
    "softshrink",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "square",
    "squareplus",
    "star_relu",
    "threshold",
    "thresholded_relu",
    // exponential
    "celu",
    "elish",
    "elu",
    "exp",
    "hard_elish",
    "log",
    "logsigmoid",
    "pelu",
    "power",
    "round",
    "scaled_tanh",
    "selu",
    "sigmoid",
    "soft_clipping",
    "soft_exponential",
    "soft_relu",
    "softabs",
    "softplus",
    "softplus_threshold",
    "sqrt",
    "symexp",
    "symlog",
    "tanh",
    "tanhshrink",
    // smooth
    "Phi",
    "acon_c",
    "asinh",
    "atan",
    "cos",
    "derf",
    "dyt",
    "e_swish",
    "erf",
    "gaussian",
    "gcu",
    "gelu",
    "gelu_10",
    "gelu_quick",
    "gelu_tanh",
    "gish",
    "laplace",
    "lisht",
    "logish",
    "mish",
    "phish",
    "rational",
    "serf",
    "silu",
    "sinc",
    "siren",
    "smish",
    "snake",
    "snake_beta",
    "swish",
    "tanhexp",
    "xielu",
    // gates
    "bilinear",
    "geglu",
    "geglu_quick",
    "geglu_tanh",
    "glu",
    "mish_glu",
    "reglu",
    "relu_squared_glu",
    "seglu",
    "swiglu",
    "swiglu_clamped",
    "tanh_gate",
    // random
    "dropout",
};

/// With every input x, and the defaults.
double valueOf(std::string_view name, double x) {
  std::shared_ptr<const ParseResult> file = lib::library().load(name);
  const Program &program = *file->program;
  std::vector<double> inputs(program.definitions[program.entry()].inputs.size(), x);
  std::vector<double> parameters = defaultParameters(program, program.entry());
  return evaluate(program, program.entry(), inputs, parameters);
}

TEST(LibraryTest, HasExactlyItsFunctions) {
  std::vector<std::string_view> found;
  for (const LibraryFile &file : lib::files())
    found.push_back(file.name);
  std::vector<std::string_view> expected(std::begin(names), std::end(names));
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(found, expected);
}

TEST(LibraryTest, EveryFunctionIsInOneGroup) {
  std::vector<std::string_view> found;
  for (const lib::Group &group : lib::contents()) {
    EXPECT_FALSE(group.functions.empty()) << group.name;
    found.insert(found.end(), group.functions.begin(), group.functions.end());
  }
  EXPECT_EQ(found, std::vector<std::string_view>(std::begin(names), std::end(names)));
}

TEST(LibraryTest, EveryFileDefinesItsNameAndSaysWhereItComesFrom) {
  for (std::string_view name : names) {
    std::shared_ptr<const ParseResult> file = lib::library().load(name);
    ASSERT_TRUE(file && *file) << name << "\n" << (file ? file->render() : "");
    ASSERT_EQ(file->program->own.size(), 1u) << name;
    const Definition &definition = file->program->definitions[file->program->entry()];
    EXPECT_EQ(definition.name, name);
    if (definition.inputs.size() == 1)
      EXPECT_EQ(definition.inputs[0], "x") << name;
    else
      EXPECT_EQ(definition.inputs.size(), 2u) << name;
    EXPECT_NE(definition.doc.find("\nSource: "), std::string::npos) << name;
    if (!definition.parameters.empty())
      EXPECT_NE(definition.doc.find("\nDomain: "), std::string::npos) << name;
  }
}

TEST(LibraryTest, EveryFunctionSurvivesTheRoundTripWithoutTheLibrary) {
  for (std::string_view name : names) {
    const Program &program = *lib::library().load(name)->program;
    std::string text = closure(program, program.entry());
    ParseResult again = read(text);
    ASSERT_TRUE(again) << again.render();
    EXPECT_TRUE(sameDefinition(program, program.entry(), *again.program, again.program->entry()));
    EXPECT_EQ(closure(*again.program, again.program->entry()), text);
  }
}

TEST(LibraryTest, FilesAreFormatted) {
  for (const LibraryFile &file : lib::files()) {
    FormatResult formatted = format({std::string(file.name), std::string(file.text)});
    EXPECT_EQ(formatted.text, std::string(file.text)) << file.name;
  }
}

TEST(LibraryTest, EveryFunctionCanBeCalledAndNaNStaysNaN) {
  for (std::string_view name : names) {
    size_t inputs = lib::library().load(name)->program->definitions.back().inputs.size();
    ParseResult call =
        readWithLibrary(std::string(name) + (inputs == 2 ? "(2 * x, x)" : "(2 * x)"));
    EXPECT_TRUE(call) << call.render();
    // For what does not depend on it, as an element that is dropped, kernels see to that.
    EXPECT_TRUE(std::isnan(valueOf(name, std::numeric_limits<double>::quiet_NaN())) ||
                draws(*call.program, call.program->entry()))
        << name;
  }
}

TEST(LibraryTest, ValuesAreFiniteForEveryFloat) {
  // They overflow, or have no value below zero.
  const std::set<std::string_view> excepted = {"exp", "symexp", "soft_exponential", "log", "sqrt"};
  for (std::string_view name : names)
    for (double x : {-3.4e38, -1e20, -100.0, -0.0, 0.0, 1e-45, 100.0, 1e20, 3.4e38})
      EXPECT_TRUE(excepted.count(name) || std::isfinite(valueOf(name, x)))
          << name << "(" << x << ")";
}

TEST(LibraryTest, KnownValues) {
  struct Row {
    std::string_view name;
    double x, value; ///< from 60-digit arithmetic
  };
  constexpr Row rows[] = {
      {"celu", -5.5, -0.99591322856153593301},
      {"celu", -1.25, -0.71349520313980989968},
      {"celu", 0.375, 0.375},
      {"celu", 7, 7.0},
      {"elu", -5.5, -0.99591322856153593301},
      {"elu", -1.25, -0.71349520313980989968},
      {"elu", 0.375, 0.375},
      {"elu", 7, 7.0},
      {"gelu", -5.5, -1.0444259356238245661e-7},
      {"gelu", -1.25, -0.13206221708356907211},
      {"gelu", 0.375, 0.24231366250227142289},
      {"gelu", 7, 6.9999999999910413122},
      {"gelu_quick", -5.5, -4.7303654130853024118e-4},
      {"gelu_quick", -1.25, -0.13306569855683067585},
      {"gelu_quick", 0.375, 0.24538416137024023839},
      {"gelu_quick", 7, 6.9999531283033171981},
      {"gelu_tanh", -5.5, -5.927640263880262026e-9},
      {"gelu_tanh", -1.25, -0.13228579703028539818},
      {"gelu_tanh", 0.375, 0.24230776689151158933},
      {"gelu_tanh", 7, 6.9999999999999976846},
      {"hard_sigmoid", -5.5, 0.0},
      {"hard_sigmoid", -1.25, 0.29166666666666666667},
      {"hard_sigmoid", 0.375, 0.5625},
      {"hard_sigmoid", 7, 1.0},
      {"hard_swish", -5.5, 0.0},
      {"hard_swish", -1.25, -0.36458333333333333333},
      {"hard_swish", 0.375, 0.2109375},
      {"hard_swish", 7, 7.0},
      {"hardshrink", -5.5, -5.5},
      {"hardshrink", -1.25, -1.25},
      {"hardshrink", 0.375, 0.0},
      {"hardshrink", 7, 7.0},
      {"identity", -5.5, -5.5},
      {"identity", -1.25, -1.25},
      {"identity", 0.375, 0.375},
      {"identity", 7, 7.0},
      {"leaky_relu", -5.5, -0.055},
      {"leaky_relu", -1.25, -0.0125},
      {"leaky_relu", 0.375, 0.375},
      {"leaky_relu", 7, 7.0},
      {"logsigmoid", -5.5, -5.5040784432705707209},
      {"logsigmoid", -1.25, -1.501929081345372889},
      {"logsigmoid", 0.375, -0.52312326413984004362},
      {"logsigmoid", 7, -9.114664537742446917e-4},
      {"mish", -5.5, -0.02243131361636676983},
      {"mish", -1.25, -0.30841396114152768232},
      {"mish", 0.375, 0.26826855971435394154},
      {"mish", 7, 6.99998837980974146},
      {"relu", -5.5, 0.0},
      {"relu", -1.25, 0.0},
      {"relu", 0.375, 0.375},
      {"relu", 7, 7.0},
      {"relu6", -5.5, 0.0},
      {"relu6", -1.25, 0.0},
      {"relu6", 0.375, 0.375},
      {"relu6", 7, 6.0},
      {"selu", -5.5, -1.7509143906752192976},
      {"selu", -1.25, -1.2543954463378650372},
      {"selu", 0.375, 0.39401287025830518503},
      {"selu", 7, 7.3549069114883634539},
      {"sigmoid", -5.5, 4.0701377158961273252e-3},
      {"sigmoid", -1.25, 0.222700138825308853},
      {"sigmoid", 0.375, 0.59266659995406975877},
      {"sigmoid", 7, 0.99908894880559935464},
      {"silu", -5.5, -0.022385757437428700288},
      {"silu", -1.25, -0.27837517353163606625},
      {"silu", 0.375, 0.22224997498277615954},
      {"silu", 7, 6.9936226416391954825},
      {"softplus", -5.5, 4.0784432705707208915e-3},
      {"softplus", -1.25, 0.25192908134537288895},
      {"softplus", 0.375, 0.89812326413984004362},
      {"softplus", 7, 7.0009114664537742447},
      {"softshrink", -5.5, -5.0},
      {"softshrink", -1.25, -0.75},
      {"softshrink", 0.375, 0.0},
      {"softshrink", 7, 6.5},
      {"softsign", -5.5, -0.84615384615384615385},
      {"softsign", -1.25, -0.55555555555555555556},
      {"softsign", 0.375, 0.27272727272727272727},
      {"softsign", 7, 0.875},
      {"squareplus", -5.5, 0.17617497767990627728},
      {"squareplus", -1.25, 0.55424764150707547642},
      {"squareplus", 0.375, 1.2049262872562316492},
      {"squareplus", 7, 7.1400549446402591355},
      {"swish", -5.5, -0.022385757437428700288},
      {"swish", -1.25, -0.27837517353163606625},
      {"swish", 0.375, 0.22224997498277615954},
      {"swish", 7, 6.9936226416391954825},
      {"tanh", -5.5, -0.99996659715630380964},
      {"tanh", -1.25, -0.84828363995751289761},
      {"tanh", 0.375, 0.35835739835078594632},
      {"tanh", 7, 0.99999833694394467174},
      {"tanhshrink", -5.5, -4.5000334028436961904},
      {"tanhshrink", -1.25, -0.40171636004248710239},
      {"tanhshrink", 0.375, 0.016642601649214053681},
      {"tanhshrink", 7, 6.0000016630560553283},
  };
  for (const Row &row : rows)
    EXPECT_NEAR(valueOf(row.name, row.x), row.value, 4e-15 * std::abs(row.value))
        << row.name << "(" << row.x << ")";
}

TEST(LibraryTest, IsReadOnceAndFromAnyThread) {
  EXPECT_EQ(lib::library().load("gelu"), lib::library().load("gelu"));
  EXPECT_EQ(lib::library().load("no such function"), nullptr);
  EXPECT_FALSE(lib::library().contains("Gelu"));
}

} // namespace
} // namespace xphi::dsl
