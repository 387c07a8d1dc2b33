// One expression in another, a few levels deep.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/WrittenProgram.h"

#include "tests/Generated.h"

#include <array>
#include <random>
#include <vector>

namespace xphi::numerics {
namespace {

/// `t` stands for an argument, `c` for a number or a parameter.
constexpr std::array smooth = {"gelu(t)",
                               "silu(t)",
                               "tanh(t)",
                               "sigmoid(t)",
                               "softplus(t)",
                               "mish(t)",
                               "erf(t)",
                               "Phi(t)",
                               "exp(-(t)^2 / 2)",
                               "exp(-abs(t))",
                               "log(1 + (t)^2)",
                               "sqrt((t)^2 + 1)",
                               "t / (1 + abs(t))",
                               "log1p(abs(t))",
                               "atan(t)",
                               "sin(t)",
                               "asinh(t)",
                               "logsigmoid(t)",
                               "exp(t)",
                               "expm1(t)",
                               "log(cosh(t))",
                               "tanh(softplus(t))",
                               "cos(t)",
                               "(t)^2",
                               "(t)^3",
                               "1 / (1 + (t)^2)",
                               "rsqrt((t)^2 + c)",
                               "swish(t; beta = c)",
                               "sinh(t)",
                               "cbrt(t)",
                               "squareplus(t; b = c)",
                               "softplus(c * (t)) / c",
                               "(t)^4",
                               "exp(c * (t))",
                               "phi(t)",
                               "erfc(t)",
                               "snake(t; alpha = c)",
                               "log(exp(t) + 1)",
                               "1 - exp(-(t))",
                               "tanh(t) / (t)"};
constexpr std::array cornered = {"max(t, 0)",
                                 "abs(t)",
                                 "max(t, c)",
                                 "min(t, c)",
                                 "clamp(t, -c, c)",
                                 "elu(t; alpha = c)",
                                 "celu(t; alpha = c)",
                                 "if t > 0 then t else c * (t)",
                                 "max(0, t) + min(0, c * (t))",
                                 "relu(t)^2",
                                 "hard_swish(t)",
                                 "sign(t) * log1p(abs(t))",
                                 "softshrink(t; lambda = c)",
                                 "selu(t)"};
constexpr std::array stepped = {
    "round((t) / c) * c", "floor(t)", "ceil(t)",      "step(t)",  "sign(t)",
    "trunc(t)",           "frac(t)",  "t - floor(t)", "round(t)", "(t) * step(t)"};
constexpr std::array numbers = {
    "1",   "2", "0.5",  "0.1",  "3",  "1.702", "0.044715", "0.7978845608028654",
    "1.5", "4", "0.25", "1e-3", "10", "6"};

constexpr std::array composed = {"gelu(silu(t))",
                                 "softplus(-gelu(t))",
                                 "exp(t) / (1 + exp(t))",
                                 "log(exp(t) + exp(c))",
                                 "log(1 + exp(t) + exp(2 * (t)))",
                                 "(exp(t) - exp(-(t))) / (exp(t) + exp(-(t)))",
                                 "(t) * tanh(log(1 + exp(t)))",
                                 "mish(min(t, c))",
                                 "abs(gelu(t))",
                                 "sqrt(abs(silu(t)))",
                                 "tanh(softplus(t)^2)",
                                 "erf(log1p(exp(t)))",
                                 "sigmoid(t)^0.7",
                                 "max(silu(t), gelu(t))",
                                 "exp(-exp(-(t)))",
                                 "if gelu(t) > c then silu(t) else tanh(gelu(t))",
                                 "softplus(t) - softplus((t) - c)",
                                 "elu(mish(t))",
                                 "log(sigmoid(t) + c)",
                                 "silu(t) / (1 + abs(silu(t)))"};
constexpr std::array powers = {"(t)^5",     "(t)^7",          "(t)^8",       "(t)^16",
                               "(t)^33",    "(t)^64",         "(t)^-1",      "(t)^-3",
                               "(t)^-8",    "abs(t)^1.5",     "abs(t)^0.3",  "abs(t)^-0.5",
                               "relu(t)^3", "softplus(t)^-2", "tanh(t)^6",   "(1 + (t)^2)^-1.5",
                               "(1 + t)^6", "sigmoid(t)^4",   "max(t, c)^7", "(1 + abs(t))^-12"};
constexpr std::array extremes = {
    "1e-30",    "1e30",  "1.0000001", "0.99999994", "1e-45",      "3.4e38",      "1e39",
    "7e-43",    "1e-38", "16777217",  "0.33333334", "1.00000012", "1e-5",        "65536",
    "88.72284", "1e10",  "2.00001",   "3.14159274", "1e-12",      "0.1000000015"};

constexpr std::array ending = {"exp(t)",  "phi(t)",  "exp(-(t)^2 / 2)", "cosh(t)",
                               "erfc(t)", "sinh(t)", "exp(-abs(t))",    "(exp(t) - exp(-(t)))"};

constexpr std::array chances = {"0.5", "0.1", "0.9", "0", "1"};

class Writer {
public:
  Writer(std::uint64_t seed, const Written &written) : random(seed), written(written) {}

  std::string program() {
    std::string text;
    if (written.clauses || chance(4)) { // one of its own
      inputs = {"z"};
      parameters = {"s"};
      text = "def own(z; s = " + number() + ") = " + expression(2) + "\n";
      if (written.clauses)
        text += clause();
      hasOwn = true;
    }
    inputs = written.inputs == 2 || (written.inputs == 0 && chance(2))
                 ? std::vector<std::string>{"x", "y"}
                 : std::vector<std::string>{"x"};
    parameters.clear();
    std::string heads = inputs[0] + (inputs.size() > 1 ? ", y" : "");
    for (unsigned i = 0, count = written.parameters ? 1 + below(3) : 0; i < count; ++i) {
      const std::string name(1, char('a' + i));
      heads += (i == 0 ? "; " : ", ") + name + " = " + (chance(4) ? "-" : "") + finite();
      parameters.push_back(name);
    }
    return text + "def f(" + heads + ") = " + expression(3);
  }

private:
  std::string clause() {
    if (chance(2))
      return "  grad z = " + expression(1) + "\n";
    const std::string at = chance(2) ? constant() : "0";
    return "  kink z = " + at + ": " + constant() + "\n";
  }

  unsigned below(unsigned bound) { return unsigned(random() % bound); }
  bool chance(unsigned many) { return below(many) == 0; }
  template <class List> std::string oneOf(const List &list) {
    return std::string(list[below(unsigned(list.size()))]);
  }
  std::string number() { return written.extremes && chance(2) ? oneOf(extremes) : oneOf(numbers); }
  /// As a float: of an infinite parameter nothing is promised.
  std::string finite() {
    for (;;)
      if (std::string text = number(); text != "1e39")
        return text;
  }
  std::string constant() {
    return !parameters.empty() && !chance(3) ? oneOf(parameters) : number();
  }

  /// Of the inputs and names in scope.
  std::string variable() {
    std::vector<std::string> all = inputs;
    all.insert(all.end(), lets.begin(), lets.end());
    return oneOf(all);
  }

  std::string line() {
    if (written.extremes && chance(6)) {
      const std::string name = variable();
      return oneOf(extremes) + " * " + name + " - " + name;
    }
    switch (below(7)) {
    case 0:
      return constant() + " * " + variable();
    case 1:
      return variable() + " + " + constant();
    case 2:
      return constant() + " * " + variable() + " - " + constant();
    case 3:
      return variable() + " / " + constant();
    case 4:
      return "-" + variable();
    default:
      return variable();
    }
  }

  std::string call(const std::string &form, unsigned depth) {
    const std::string inner = depth > 0 && chance(3) ? expression(depth - 1) : line();
    const std::string by = constant();
    std::string result;
    for (std::size_t i = 0; i < form.size(); ++i) {
      const bool isWord =
          (i > 0 && std::isalnum(static_cast<unsigned char>(form[i - 1]))) ||
          (i + 1 < form.size() && std::isalnum(static_cast<unsigned char>(form[i + 1])));
      if (!isWord && form[i] == 't')
        result += "(" + inner + ")";
      else if (!isWord && form[i] == 'c')
        result += by;
      else
        result += form[i];
    }
    return form.starts_with("if") ? "(" + result + ")" : result;
  }

  std::string activation(unsigned depth) {
    if (hasOwn && !chance(3)) {
      hasOwn = false;
      const std::string inner = chance(2) ? line() : activation(depth);
      return "own(" + inner + (chance(2) ? "; s = " + constant() : "") + ")";
    }
    if (written.composed && chance(2))
      return call(oneOf(composed), depth);
    if (written.powers && chance(2))
      return call(oneOf(powers), depth);
    const unsigned kind = below(10);
    if (written.steps && kind == 0)
      return call(oneOf(stepped), depth);
    return call(written.steps && kind < 4 ? oneOf(cornered) : oneOf(smooth), depth);
  }

  std::string condition(unsigned depth) {
    static constexpr std::array comparisons = {" > ", " >= ", " < ", " <= "};
    const std::string left = chance(2) ? line() : activation(depth > 0 ? depth - 1 : 0),
                      right = chance(2)   ? constant()
                              : chance(2) ? line()
                                          : activation(0),
                      first = left + oneOf(comparisons) + right;
    return chance(6) ? first + (chance(2) ? " and " : " or ") + variable() + " < " + constant()
                     : first;
  }

  /// Zero times what has ended is zero, and so is what is chosen by that.
  std::string besideEnding(unsigned depth) {
    const std::string ended = call(oneOf(ending), 0), other = "(" + line() + ")";
    switch (below(6)) {
    case 0:
      return variable() + " * " + ended;
    case 1:
      return ended + " * " + other;
    case 2:
      return other + " / " + ended;
    case 3: {
      const std::string holds = ended + (chance(2) ? " <= " : " > ") + other,
                        then = expression(depth);
      return "(if " + holds + " then " + then + " else " + expression(depth) + ")";
    }
    case 4:
      return variable() + " * sign(" + ended + ")";
    default:
      return (chance(2) ? "max(" : "min(") + ended + ", " + other + ")";
    }
  }

  std::string expression(unsigned depth) {
    if (depth == 0)
      return chance(2) ? line() : activation(0);
    const auto inner = [&] { return "(" + expression(depth - 1) + ")"; };
    if (written.draws && chance(4))
      return "dropout(" + expression(depth - 1) + "; p = " + oneOf(chances) +
             ", seed = " + std::to_string(below(100)) + ")";
    if (written.ends && chance(2))
      return besideEnding(depth - 1);
    if (written.derivatives && level < 2 && chance(3)) {
      ++level;
      const std::string text = "diff(" + expression(depth - 1) + ", " + oneOf(inputs) + ")";
      --level;
      return text;
    }
    switch (below(14)) {
    case 0:
    case 1:
      return variable() + " * " + activation(depth - 1);
    case 2:
    case 3: {
      const std::string left = inner();
      return left + " * " + inner();
    }
    case 4: {
      const std::string left = inner();
      return left + " + " + inner();
    }
    case 5: {
      const std::string left = inner();
      return left + " - " + inner();
    }
    case 6: {
      const std::string left = inner();
      return left + " / (" + constant() + " + " + activation(0) + "^2)";
    }
    case 7: {
      const std::string value = expression(depth - 1), name = "t" + std::to_string(lets.size());
      lets.push_back(name);
      const std::string body = expression(depth - 1);
      lets.pop_back();
      return "(let " + name + " = " + value + " in " + body + ")";
    }
    case 8:
      if (written.steps) {
        const std::string holds = condition(depth), then = inner();
        return "(if " + holds + " then " + then + " else " + inner() + ")";
      }
      return constant() + " * " + inner();
    case 9:
      if (written.steps) {
        const std::string left = inner();
        return (chance(2) ? "max(" : "min(") + left + ", " + inner() + ")";
      }
      return activation(depth);
    case 10:
      return constant() + " * " + inner() + " + " + constant();
    default:
      return activation(depth);
    }
  }

  std::mt19937_64 random;
  const Written &written;
  std::vector<std::string> inputs, parameters, lets;
  bool hasOwn = false; ///< which is not called yet
  unsigned level = 0;  ///< of derivatives
};

} // namespace

std::string writtenProgram(std::uint64_t seed, const Written &written) {
  return Writer(seed, written).program();
}

} // namespace xphi::numerics
