// Tables of what cancels, put together by dice.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/CancellingProgram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

namespace xphi::numerics {
namespace {

// `#` stands for the argument, `@` for a second one or a number.

/// Two sides that are nearly equal somewhere.
struct Sides {
  std::string_view left, right;
};

constexpr std::array atZero = {
    Sides{"exp(#)", "1"},
    Sides{"exp(#) - 1", "#"},
    Sides{"exp(#)", "1 + # + #^2 / 2"},
    Sides{"2^#", "1"},
    Sides{"expm1(#)", "#"},
    Sides{"log(1 + #)", "#"},
    Sides{"log1p(#)", "# - #^2 / 2"},
    Sides{"sin(#)", "#"},
    Sides{"sin(#)", "# - #^3 / 6"},
    Sides{"cos(#)", "1"},
    Sides{"cos(#)", "1 - #^2 / 2"},
    Sides{"tan(#)", "#"},
    Sides{"sinh(#)", "#"},
    Sides{"cosh(#)", "1"},
    Sides{"tanh(#)", "#"},
    Sides{"asin(#)", "#"},
    Sides{"atan(#)", "#"},
    Sides{"asinh(#)", "#"},
    Sides{"atanh(#)", "#"},
    Sides{"acos(#)", "pi / 2"},
    Sides{"sqrt(1 + #)", "1"},
    Sides{"sqrt(1 + #)", "1 + # / 2"},
    Sides{"cbrt(1 + #)", "1"},
    Sides{"(1 + #)^0.3", "1"},
    Sides{"1 / (1 + #)", "1"},
    Sides{"1 / sqrt(1 + #)", "1"},
    Sides{"erf(#)", "2 / sqrt(pi) * #"},
    Sides{"erfc(#)", "1"},
    Sides{"Phi(#)", "0.5"},
    Sides{"phi(#)", "1 / sqrt(2 * pi)"},
    Sides{"sigmoid(#)", "0.5"},
    Sides{"sigmoid(#)", "0.5 + # / 4"},
    Sides{"softplus(#)", "log(2)"},
    Sides{"logsigmoid(#)", "-log(2)"},
    Sides{"gelu(#)", "# / 2"},
    Sides{"silu(#)", "# / 2"},
    Sides{"gelu(#)", "gelu_tanh(#)"},
    Sides{"exp(-#^2)", "1"},
    Sides{"erfcx(#)", "1"},
};

constexpr std::array farAway = {
    Sides{"tanh(#)", "1"},
    Sides{"tanh(#)", "sign(#)"},
    Sides{"sigmoid(#)", "1"},
    Sides{"erf(#)", "1"},
    Sides{"Phi(#)", "1"},
    Sides{"atan(#)", "pi / 2"},
    Sides{"softplus(#)", "#"},
    Sides{"log(1 + exp(#))", "#"},
    Sides{"log(cosh(#))", "abs(#)"},
    Sides{"sqrt(#^2 + 1)", "#"},
    Sides{"sqrt(#^2 + 1)", "abs(#)"},
    Sides{"sqrt(#^2 + #)", "#"},
    Sides{"asinh(#)", "log(2 * #)"},
    Sides{"acosh(#)", "log(2 * #)"},
    Sides{"gelu(#)", "#"},
    Sides{"gelu(#)", "relu(#)"},
    Sides{"silu(#)", "#"},
    Sides{"silu(#)", "gelu(#)"},
    Sides{"mish(#)", "#"},
    Sides{"mish(#)", "silu(#)"},
    Sides{"elu(#)", "-1"},
    Sides{"expm1(#)", "-1"},
    Sides{"# / (1 + #)", "1"},
    Sides{"# / (1 + abs(#))", "sign(#)"},
    Sides{"exp(1 / #)", "1"},
    Sides{"# * sin(1 / #)", "1"},
    Sides{"sinh(#)", "cosh(#)"},
    Sides{"2 * sinh(#)", "exp(#)"},
    Sides{"log(erfc(#))", "-#^2"},
    Sides{"(1 + 1 / #)^#", "e"},
    Sides{"cbrt(#^3 + 1)", "#"},
    Sides{"logaddexp(#, 0)", "#"},
};

/// Equal everywhere, or at one number.
constexpr std::array identities = {
    Sides{"1 + #", "1"},
    Sides{"# + @", "@"},
    Sides{"# + @", "#"},
    Sides{"1e8 + #", "1e8"},
    Sides{"sin(#)^2 + cos(#)^2", "1"},
    Sides{"cosh(#)^2 - sinh(#)^2", "1"},
    Sides{"1 / (1 / #)", "#"},
    Sides{"(# + @)^2", "#^2 + 2 * # * @ + @^2"},
    Sides{"(# + @)^2", "#^2 + @^2"},
    Sides{"# * #", "@ * @"},
    Sides{"#^2 + 9", "6 * #"},
    Sides{"#^2 + 0.25", "#"},
    Sides{"#^3 + 3 * #", "3 * #^2 + 1"},
    Sides{"((# - 6) * # + 12) * #", "8"},
    Sides{"#^4 + 6 * #^2 + 1", "4 * #^3 + 4 * #"},
    Sides{"#^2", "2"},
    Sides{"#^3", "# + 0.1"},
    Sides{"sqrt(@^2 + #)", "@"},
    Sides{"exp(# + @)", "exp(#)"},
    Sides{"# * exp(@)", "#"},
    Sides{"log(# * @)", "log(#)"},
    Sides{"#", "@"},
    Sides{"# * 3", "@ + 1"},
    Sides{"hypot(#, @)", "abs(#)"},
};

/// Of these, one at an argument and one close beside.
constexpr std::array everywhere = {"sqrt(#)",  "exp(#)",      "log(#)",  "atan(#)",      "sin(#)",
                                   "cos(#)",   "1 / #",       "cbrt(#)", "tanh(#)",      "gelu(#)",
                                   "silu(#)",  "softplus(#)", "#^2",     "#^3",          "erf(#)",
                                   "mish(#)",  "sigmoid(#)",  "#^1.5",   "1 / sqrt(#)",  "Phi(#)",
                                   "asinh(#)", "log1p(#)",    "abs(#)",  "1 / (1 + #^2)"};

/// What loses its digits, overflows or underflows without a difference at the end.
constexpr std::array wholes = {
    "log(# / (# + 1))",
    "log((1 + #) / (1 - #))",
    "log(1 - exp(-abs(#)))",
    "log(# + sqrt(#^2 + 1))",
    "log(1 + #) / #",
    "log(exp(#))",
    "log(cos(#))",
    "log(# / @)",
    "(exp(#) - 1) / #",
    "(1 - cos(#)) / #^2",
    "(1 - cos(#)) / sin(#)",
    "(# - sin(#)) / (# - tan(#))",
    "(exp(#) - exp(-#)) / 2",
    "(exp(#) - exp(@)) / (# - @)",
    "(exp(#) - exp(-#)) / (exp(#) + exp(-#))",
    "exp(#) / (1 + exp(#))",
    "exp(#) * exp(-#)",
    "exp(-#) * sinh(#)",
    "exp(#^2) * erfc(#)",
    "exp(# * @) * exp(-# * @ + 1)",
    "(# * 1e30) * 1e-30",
    "(# * 1e-30) * 1e30",
    "#^20 / #^19",
    "cosh(#) * exp(-abs(#))",
    "(#^2 - 9) / (# - 3)",
    "(#^2 - @^2) / (# - @)",
    "(-# + sqrt(#^2 - 4)) / 2",
    "phi(#) / (1 - Phi(#))",
    "acos(1 - #)",
    "sqrt(1 - cos(#))",
    "sqrt((# - 1) * (# + 1) + 1)",
    "(1 + #)^@",
    "# - floor(#)",
    "# - round(#)",
    "# * log(#) - # * log(# + 1)",
    "sqrt(exp(2 * #) - 1) / sqrt(exp(#) - 1)",
};

constexpr std::array numbers = {"1",    "2",   "3",     "0.5",    "0.25",     "0.1", "1e-3",
                                "1e-6", "0.7", "1.702", "6",      "0.044715", "10",  "pi",
                                "e",    "1e4", "1e-10", "log(2)", "1 / 3"};
constexpr std::array steps = {"1", "0.5", "1e-3", "1e-5", "1e-8", "1 / 1024"};
constexpr std::array outer = {"abs(#)",      "sign(#) * sqrt(abs(#))",
                              "tanh(#)",     "exp(#)",
                              "log(abs(#))", "1 / #",
                              "#^2",         "sigmoid(#)",
                              "gelu(#)",     "atan(#)",
                              "sqrt(#)",     "max(#, 0)",
                              "cbrt(#)",     "# * 1e10",
                              "# / 3",       "-#"};

class Generator {
public:
  explicit Generator(std::uint64_t seed) : random(seed) {}

  std::string run() {
    inputs = chance(3) ? 2 : 1;
    const std::string body = program(2);
    return std::string("def cancelling(") + (inputs == 2 ? "x, y" : "x") + ") = " + body;
  }

private:
  std::size_t below(std::size_t bound) { return std::size_t(random() % bound); }
  bool chance(std::size_t many) { return below(many) == 0; }
  template <class T, std::size_t N> T oneOf(const std::array<T, N> &table) {
    return table[below(N)];
  }

  static std::string fill(std::string_view form, const std::string &argument,
                          const std::string &second = "") {
    std::string text;
    for (const char c : form)
      if (c == '#')
        text += argument;
      else if (c == '@')
        text += second;
      else
        text += c;
    return text;
  }
  static bool isName(const std::string &text) {
    return text.size() == 1 || (text[0] == 't' && std::ranges::all_of(text.substr(1), isDigit));
  }
  static bool isDigit(char c) { return c >= '0' && c <= '9'; }
  std::string newName() { return "t" + std::to_string(lets++); }
  static std::string let(const std::string &name, const std::string &value,
                         const std::string &body) {
    return "(let " + name + " = " + value + " in " + body + ")";
  }

  std::string input() { return inputs == 2 && chance(2) ? "y" : "x"; }

  std::string argument() {
    const std::string x = input();
    switch (below(16)) {
    case 0:
      return "(" + x + " / " + oneOf(numbers) + ")";
    case 1:
      return "(" + x + " * " + oneOf(numbers) + ")";
    case 2:
      return x + "^2";
    case 3:
      return "(" + x + " - " + oneOf(numbers) + ")";
    case 4:
      return "(" + x + " + " + oneOf(numbers) + ")";
    case 5:
      return "exp(" + x + ")";
    case 6:
      return "abs(" + x + ")";
    case 7:
      return "(1 / " + x + ")";
    case 8:
      return inputs == 2 ? "(x * y)" : "exp(-x^2)";
    case 9:
      return inputs == 2 ? "(x - y)" : "sin(x)";
    case 10:
      return inputs == 2 ? "(x / y)" : "softplus(x)";
    default:
      return x;
    }
  }

  /// Puts an argument, or its name, in place.
  template <class MakeBody> std::string with(const std::string &argument, const MakeBody &body) {
    if (isName(argument) || chance(2))
      return body(argument);
    const std::string name = newName();
    return let(name, argument, body(name));
  }

  std::string second() {
    return inputs == 2 && chance(2) ? input() : "(" + std::string(oneOf(numbers)) + ")";
  }

  std::string difference(const std::string &left, const std::string &right) {
    const std::string a = "(" + left + ")", b = "(" + right + ")";
    const std::string name = newName(), other = newName(), number = oneOf(numbers);
    switch (below(10)) {
    case 0:
      return "(-(" + b + " - " + a + "))";
    case 1:
      return let(name, left, "(" + name + " - " + b + ")");
    case 2:
      return let(name, right, let(other, left, "(" + other + " - " + name + ")"));
    case 3:
      return "(" + a + " + (-1) * " + b + ")";
    case 4:
      return let(name, number, "(" + name + " * " + a + " - " + name + " * " + b + ")");
    case 5:
      return "((" + a + " + " + number + ") - (" + b + " + " + number + "))";
    default:
      return "(" + a + " - " + b + ")";
    }
  }

  template <std::size_t N> std::string sides(const std::array<Sides, N> &table) {
    const Sides sides = oneOf(table);
    const std::string other = second();
    return with(argument(), [&](const std::string &u) {
      return difference(fill(sides.left, u, other), fill(sides.right, u, other));
    });
  }

  std::string cancelling() {
    switch (below(12)) {
    case 0:
    case 1:
    case 2:
      return sides(atZero);
    case 3:
    case 4:
    case 5:
      return sides(farAway);
    case 6:
    case 7:
      return sides(identities);
    case 8:
    case 9: {
      const std::string form = oneOf(everywhere);
      const std::string step = inputs == 2 && chance(3) ? input() : oneOf(steps);
      return with(argument(), [&](const std::string &u) {
        return difference(fill(form, "(" + u + " + " + step + ")"), fill(form, u));
      });
    }
    default: {
      const std::string form = oneOf(wholes), other = second();
      return with(argument(),
                  [&](const std::string &u) { return "(" + fill(form, u, other) + ")"; });
    }
    }
  }

  std::string program(unsigned depth) {
    if (depth == 0 || chance(3))
      return cancelling();
    const std::string a = program(depth - 1);
    const std::size_t kind = below(14);
    if (kind <= 2)
      return with(a, [&](const std::string &u) { return "(" + fill(oneOf(outer), u) + ")"; });
    if (kind == 3)
      return "(" + a + " / " + input() + ")";
    if (kind == 4)
      return "(" + input() + " * " + a + ")";
    if (kind == 5) // a constant and a let between two that cancel
      return with(a, [&](const std::string &u) {
        const std::string number = oneOf(numbers);
        return "((" + u + " + " + number + ") - " + number + ")";
      });
    const std::string b = chance(3) ? argument() : program(depth - 1);
    switch (kind) {
    case 6:
      return "(" + a + " + " + b + ")";
    case 7:
      return "(" + a + " - " + b + ")";
    case 8:
      return "(" + a + " * " + b + ")";
    case 9:
      return "(" + a + " / " + b + ")";
    case 10:
      return (chance(2) ? "max(" : "min(") + a + ", " + b + ")";
    case 11: {
      const std::string x = input();
      return "(if " + a + (chance(2) ? " > 0" : " < 1e-3") + " then " + b + " else " + x + ")";
    }
    case 12:
      return "(sign(" + a + ") * " + b + ")";
    default: {
      const std::string then = cancelling();
      return "(if " + a + " < " + b + " then " + then + " else " + input() + ")";
    }
    }
  }

  std::mt19937_64 random;
  std::size_t inputs = 1, lets = 0;
};

} // namespace

std::string cancellingProgram(std::uint64_t seed) { return Generator(seed).run(); }

std::vector<Point> cancellingPoints(const dsl::Program &program, std::uint64_t seed,
                                    std::size_t count) {
  std::vector<double> centres = numbersIn(program);
  const std::size_t inputs = program.definitions[program.entry()].inputs.size();
  RandomPoints points(inputs, centres, seed);
  std::mt19937_64 random(seed ^ 0x9e3779b97f4a7c15u);
  // 2^-1 to 2^-24 of the number, or so much of one beside zero
  const auto near = [&](double centre) {
    const int exponent = -1 - int(random() % 24);
    const double offset = std::ldexp(random() % 2 ? 1.0 : -1.0, exponent);
    const double digits = 1 + double(random() >> 11) * 0x1p-53;
    return float(centre + (centre == 0 ? 1 : centre) * offset * digits);
  };
  centres.push_back(0);
  std::vector<Point> result;
  while (result.size() < count) {
    Point point = points.next();
    if (result.size() % 2 == 0)
      point[0] = near(centres[random() % centres.size()]);
    if (inputs == 2 && random() % 3 == 0)
      point[1] = near(point[0]);
    if (std::ranges::all_of(point, [](float x) { return std::isfinite(x); }))
      result.push_back(std::move(point));
  }
  return result;
}

} // namespace xphi::numerics
