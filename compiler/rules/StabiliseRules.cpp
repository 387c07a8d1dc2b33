// Rules for accuracy: forms that cancel, overflow or underflow give way to forms that do not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A & S: Abramowitz & Stegun, Handbook of Mathematical Functions, 1964. H: Higham, Accuracy and
// Stability of Numerical Algorithms, 2002. M: Maechler, Accurately computing log(1 - exp(-|a|)),
// 2012.
#include "rules/RuleTable.h"

namespace xphi::compiler {
namespace {

constexpr std::string_view cancelsLeft = "for u < -1 the sum loses every digit";
constexpr std::string_view cancelsRight = "for u > 1 the difference loses every digit";
constexpr std::string_view cancelsAtZero = "near u = 0 the difference loses every digit";
constexpr std::string_view rounds =
    "where the inner result is near 1 or 0 its rounding is all that is left";
constexpr std::string_view overflows =
    "the exponentials overflow where the result is an ordinary number";
constexpr std::string_view normal = "A & S 26.2.29";
constexpr std::string_view mills = "A & S 26.2.1, 7.1.2";
constexpr std::string_view logistic = "1/(1 + exp(-u)) by definition";

constexpr Rule rules[] = {
    // clang-format off
    // The normal distribution in terms of erf: the argument without the rounding of u/sqrt(2).
    {"one-plus-erf-quotient",  "u", "1 + erf(u / sqrt(2))",      "2 * Phi(u)",   "", cancelsLeft, normal},
    {"one-plus-erf-product",   "u", "1 + erf(u * sqrt(1 / 2))",  "2 * Phi(u)",   "", cancelsLeft, normal},
    {"one-plus-erf",           "u", "1 + erf(u)",                "2 * Phi(u * sqrt(2))", "", cancelsLeft, normal},
    {"one-minus-erf-quotient", "u", "1 - erf(u / sqrt(2))",      "2 * Phi(-u)",  "", cancelsRight, normal},
    {"one-minus-erf-product",  "u", "1 - erf(u * sqrt(1 / 2))",  "2 * Phi(-u)",  "", cancelsRight, normal},
    {"one-minus-erf",          "u", "1 - erf(u)",                "erfc(u)",      "", cancelsRight, "A & S 7.1.2"},
    {"erfc-minus-quotient",    "u", "erfc(-(u / sqrt(2)))",      "2 * Phi(u)",   "",
     "the rounding of u/sqrt(2) is multiplied by u^2", normal},
    {"erfc-minus-product",     "u", "erfc(-(u * sqrt(1 / 2)))",  "2 * Phi(u)",   "",
     "the rounding of u/sqrt(2) is multiplied by u^2", normal},
    {"erfc-quotient",          "u", "erfc(u / sqrt(2))",         "2 * Phi(-u)",  "",
     "the rounding of u/sqrt(2) is multiplied by u^2", normal},
    {"erfc-product",           "u", "erfc(u * sqrt(1 / 2))",     "2 * Phi(-u)",  "",
     "the rounding of u/sqrt(2) is multiplied by u^2", normal},
    {"one-minus-phi",          "u", "1 - Phi(u)",                "Phi(-u)",      "", cancelsRight, "A & S 26.2.6"},
    {"one-minus-erfc",         "u", "1 - erfc(u)",               "erf(u)",       "", cancelsAtZero, "A & S 7.1.2"},
    {"two-minus-erfc",         "u", "2 - erfc(u)",               "erfc(-u)",     "", cancelsLeft, "A & S 7.1.2"},
    {"twice-phi-minus-one",    "u", "2 * Phi(u) - 1",            "erf(u * sqrt(1 / 2))", "", cancelsAtZero, normal},
    {"gauss-times-erfc",       "u", "exp(u^2) * erfc(u)",        "erfcx(u)",     "", overflows, "A & S 7.1.2"},
    {"gauss-over-erfc",        "u", "exp(-u^2) / erfc(u)",       "1 / erfcx(u)", "", "both underflow for u > 10", "A & S 7.1.2"},
    {"phi-over-phi",           "u", "phi(u) / Phi(u)",           "sqrt(2 / pi) / erfcx(-(u * sqrt(1 / 2)))", "",
     "both underflow for u < -14", mills},
    {"erfcx-slope",            "u", "2 * u * erfcx(u) - 2 / sqrt(pi)", "erfcx_slope(u)", "", "for u > 1 the difference loses every digit", "A & S 7.1.19"},

    // Exponentials.
    {"exp-minus-one",          "u", "exp(u) - 1",                "expm1(u)",     "", cancelsAtZero, "H 1.14.1"},
    {"exp-plus-minus-one",     "u", "exp(u) + -1",               "expm1(u)",     "", cancelsAtZero, "H 1.14.1"},
    {"one-minus-exp",          "u", "1 - exp(u)",                "-expm1(u)",    "", cancelsAtZero, "H 1.14.1"},
    {"one-plus-expm1",         "u", "1 + expm1(u)",              "exp(u)",       "", cancelsLeft, "H 1.14.1"},
    {"exp-over-expm1",         "u", "exp(u) / expm1(u)",         "-1 / expm1(-u)", "", overflows, ""},
    {"exp-times-exp-negative", "u", "exp(u) * exp(-u)",          "exp(u - u)",   "", overflows, "A & S 4.2.18"},
    {"exp-times-exp-multiple", "u, k", "exp(u) * exp(u * k)",    "exp(u * (1 + k))", "", overflows, "A & S 4.2.18"},
    {"exp-times-exp-negative-multiple", "u, k", "exp(u) * exp(-(u * k))", "exp(u * (1 - k))", "", overflows, "A & S 4.2.18"},
    {"exp-negative-times-exp-multiple", "u, k", "exp(-u) * exp(u * k)", "exp(u * (k - 1))", "", overflows, "A & S 4.2.18"},
    {"exp-times-exp-multiples", "u, k, l", "exp(u * k) * exp(u * l)", "exp(u * (k + l))", "", overflows, "A & S 4.2.18"},
    {"exp-over-exp",           "u, v", "exp(u) / exp(v)",        "exp(u - v)",   "", overflows, "A & S 4.2.18"},
    {"softmax",                "u, v", "exp(u) / (exp(u) + exp(v))", "sigmoid(u - v)", "", overflows, logistic},

    // The logistic function.
    {"exp-over-one-plus-exp",  "u", "exp(u) / (1 + exp(u))",     "sigmoid(u)",   "", overflows, logistic},
    {"one-over-one-plus-exp",  "u", "1 / (1 + exp(u))",          "sigmoid(-u)",  "", overflows, logistic},
    {"exp-times-sigmoid",      "u", "exp(u) * sigmoid(-u)",      "sigmoid(u)",   "", overflows, logistic},
    {"over-one-plus-exp",      "u, v", "v / (1 + exp(u))",       "v * sigmoid(-u)", "", overflows, logistic},
    {"one-minus-sigmoid",      "u", "1 - sigmoid(u)",            "sigmoid(-u)",  "", cancelsRight, logistic},
    {"twice-sigmoid-minus-one", "u", "2 * sigmoid(u) - 1",       "tanh(u * (1 / 2))", "", cancelsAtZero, "A & S 4.5.27"},
    {"sigmoid-of-both",        "u", "sigmoid(u) * sigmoid(-u)",  "logistic_pdf(u)", "", "one exponential instead of two", logistic},
    {"sigmoid-minus-square",   "u", "sigmoid(u) - sigmoid(u)^2", "logistic_pdf(u)", "", cancelsRight, logistic},

    // Logarithms.
    {"log-sigmoid",            "u", "log(sigmoid(u))",           "-softplus(-u)", "", "sigmoid(u) underflows for u < -104", logistic},
    {"log1p-minus-sigmoid",    "u", "log1p(-sigmoid(u))",        "-softplus(u)", "", rounds, logistic},
    {"log-phi",                "u", "log(Phi(u))",               "log_Phi(u)",   "", "Phi(u) underflows for u < -14", ""},
    {"log1p-minus-phi",        "u", "log1p(-Phi(u))",            "log_Phi(-u)",  "", rounds, ""},
    {"log-erfc",               "u", "log(erfc(u))",              "log_erfc(u)",  "", "erfc(u) underflows for u > 10", normal},
    {"log1p-minus-erf",        "u", "log1p(-erf(u))",            "log_erfc(u)",  "", rounds, normal},
    {"log1p-erf",              "u", "log1p(erf(u))",             "log_erfc(-u)", "", rounds, normal},
    {"log-twice-phi",          "u", "log(2 * Phi(u))",           "log_erfc(-(u * sqrt(1 / 2)))", "", rounds, normal},
    {"log1p-minus-exp",        "u", "log1p(-exp(u))",            "log1mexp(u)",  "", rounds, "M"},
    {"log-minus-expm1",        "u", "log(-expm1(u))",            "log1mexp(u)",  "", rounds, "M"},
    {"log-expm1",              "u", "log(expm1(u))",             "u + log1mexp(-u)", "", overflows, "M"},
    {"log-sum-of-exponentials", "u, v", "log(exp(u) + exp(v))",  "logaddexp(u, v)", "", overflows, ""},
    {"log-sech2",              "u", "log(sech2(u))",             "log(cosh(u)) * -2", "", "sech2(u) underflows for |u| > 52", "A & S 4.5.17"},
    {"log1p-minus-tanh-square", "u", "log1p(-tanh(u)^2)",        "log(cosh(u)) * -2", "", rounds, "A & S 4.5.17"},
    {"log-logistic-pdf",       "u", "log(logistic_pdf(u))",      "-(softplus(u) + softplus(-u))", "", "it underflows for |u| > 104", logistic},
    {"log-sech",               "u", "log(1 / cosh(u))",          "-log(cosh(u))", "", "what is in the denominator is seen", "A & S 4.1.11"},
    {"log-exp",                "u", "log(exp(u))",               "u",            "", overflows, ""},
    {"log-one-plus",           "u", "log(1 + u)",                "log1p(u)",     "", "near u = 0 the sum loses the digits of u", "A & S 4.1.24"},
    {"log-one-minus",          "u", "log(1 - u)",                "log1p(-u)",    "", "near u = 0 the difference loses the digits of u", "A & S 4.1.24"},
    {"log-plus-exp",           "u, c", "log(c + exp(u))",        "logaddexp(u, log(c))", "c > 0", overflows, ""},
    {"log1p-expm1",            "u", "log1p(expm1(u))",           "u",            "", overflows, ""},
    {"log1p-exp",              "u", "log1p(exp(u))",             "softplus(u)",  "", overflows, ""},
    {"softplus-minus",         "u", "softplus(u) - u",           "softplus(-u)", "", cancelsRight, logistic},
    {"relu-plus-log1p",        "u", "max(u, 0) + log1p(exp(-abs(u)))", "softplus(u)", "", "one function instead of a sum", ""},

    {"sum-of-reciprocals",     "u", "1 / u + 1 / (1 - u)",       "1 / (u * (1 - u))", "", "for u < 0 and u > 1 the sum cancels", ""},

    // Hyperbolic functions.
    {"tanh-of-exponentials",   "u", "(exp(u) - exp(-u)) / (exp(u) + exp(-u))", "tanh(u)", "", overflows, "A & S 4.5.3"},
    {"expm1-times-sigmoid",    "u", "expm1(u) * sigmoid(-u)",    "tanh(u * (1 / 2))", "", overflows, "A & S 4.5.27"},
    {"sinh-of-exponentials",   "u", "exp(u) - exp(-u)",          "2 * sinh(u)",  "", cancelsAtZero, "A & S 4.5.1"},
    {"cosh-of-exponentials",   "u", "exp(u) + exp(-u)",          "2 * cosh(u)",  "", "one exponential instead of two", "A & S 4.5.2"},
    {"cosh-plus-sinh",         "u", "cosh(u) + sinh(u)",         "exp(u)",       "", cancelsLeft, "A & S 4.5.19"},
    {"cosh-minus-sinh",        "u", "cosh(u) - sinh(u)",         "exp(-u)",      "", cancelsRight, "A & S 4.5.20"},
    {"cosh-square-minus-one",  "u", "cosh(u)^2 - 1",             "sinh(u)^2",    "", cancelsAtZero, "A & S 4.5.16"},
    {"sinh-over-cosh",         "u", "sinh(u) / cosh(u)",         "tanh(u)",      "", overflows, "A & S 4.5.3"},
    {"over-cosh-square",       "u", "1 / cosh(u)^2",             "sech2(u)",     "", overflows, "A & S 4.5.17"},
    {"one-minus-sech2",        "u", "1 - sech2(u)",              "tanh(u)^2",    "", cancelsAtZero, "A & S 4.5.17"},
    {"one-minus-tanh-square",  "u", "1 - tanh(u)^2",             "sech2(u)",     "", "for |u| > 1 the difference loses every digit", "A & S 4.5.17"},
    {"one-plus-tanh",          "u", "1 + tanh(u)",               "2 * sigmoid(u * 2)", "", cancelsLeft, "A & S 4.5.27"},
    {"one-minus-tanh",         "u", "1 - tanh(u)",               "2 * sigmoid(-(u * 2))", "", cancelsRight, "A & S 4.5.27"},
    {"minus-tanh",             "u", "u - tanh(u)",               "tanhshrink(u)", "", cancelsAtZero, ""},
    {"tanh-softplus",          "u", "tanh(softplus(u))",         "tanh_softplus(u)", "", "one exponential instead of three functions", ""},
    {"odd-tanh",               "u", "tanh(-u)",                  "-tanh(u)",     "", "signs meet and cancel further out", "A & S 4.5.9"},
    {"even-sech2",             "u", "sech2(-u)",                 "sech2(u)",     "", "signs meet and cancel further out", "A & S 4.5.8"},
    {"even-logistic-pdf",      "u", "logistic_pdf(-u)",          "logistic_pdf(u)", "", "signs meet and cancel further out", logistic},
    {"even-phi",               "u", "phi(-u)",                   "phi(u)",       "", "signs meet and cancel further out", "A & S 26.2.1"},

    // Trigonometric functions.
    {"sin-times-cos",          "u", "sin(u) * cos(u)",           "sin(u * 2) * (1 / 2)", "", "one function instead of two", "A & S 4.3.24"},
    {"one-minus-cos-square",   "u", "1 - cos(u)^2",              "sin(u)^2",     "", cancelsAtZero, "A & S 4.3.10"},
    {"one-minus-sin-square",   "u", "1 - sin(u)^2",              "cos(u)^2",     "", "near u = pi/2 the difference loses every digit", "A & S 4.3.10"},

    // Roots.
    {"root-minus-over-root",   "u, v", "sqrt(u) - v / sqrt(u)",  "(u - v) / sqrt(u)", "", "what cancels is under the root, where it is seen", ""},
    // clang-format on
};

constexpr std::string_view rootCancels = "for u < 0 the sum loses every digit";

constexpr Rule lastRules[] = {
    // clang-format off
    // |x| in the branch for x >= 0, so that the rule does not find its own result.
    {"plus-root",              "x, v", "x + sqrt(x^2 + v)",
     "if x >= 0 then abs(x) + sqrt(x^2 + v) else v / (sqrt(x^2 + v) - x)", "", rootCancels, "H 1.8"},
    {"one-plus-over-root",     "x, v", "1 + x / sqrt(x^2 + v)",
     "if x >= 0 then 1 + abs(x) / sqrt(x^2 + v) else v / (x^2 + v - x * sqrt(x^2 + v))", "",
     rootCancels, "H 1.8"},
    // Their derivatives are simple, and these forms hide it.
    {"cosh-minus-one",         "u", "cosh(u) - 1",               "2 * sinh(u * (1 / 2))^2", "", cancelsAtZero, "A & S 4.5.28"},
    {"one-minus-cos",          "u", "1 - cos(u)",                "2 * sin(u * (1 / 2))^2", "", cancelsAtZero, "A & S 4.3.20"},
    {"root-of-square-minus-one", "u", "sqrt(u^2 + 1) - 1",       "u^2 / (sqrt(u^2 + 1) + 1)", "", cancelsAtZero, "H 1.8"},
    {"root-minus-one",         "u", "sqrt(u + 1) - 1",           "u / (sqrt(u + 1) + 1)", "", cancelsAtZero, "H 1.8"},
    {"one-minus-root",         "u", "sqrt(1 - u) - 1",           "-u / (sqrt(1 - u) + 1)", "", cancelsAtZero, "H 1.8"},
    {"log-cosh",               "u", "log(cosh(u))",
     "if abs(u) < 1 then log1p(2 * sinh(u * (1 / 2))^2) else abs(u) + (log1p(exp(abs(u) * -2)) - log(2))", "",
     "cosh(u) overflows, and near u = 0 it is rounded to 1", "A & S 4.5.28"},
    {"log1p-tanh",             "u", "log1p(tanh(u))",
     "if u < 1 then u - log(cosh(u)) else log(2) - softplus(-(u * 2))", "", rounds, "A & S 4.5.21"},
    {"log1p-minus-tanh",       "u", "log1p(-tanh(u))",
     "if u > -1 then -u - log(cosh(u)) else log(2) - softplus(u * 2)", "", rounds, "A & S 4.5.21"},
    {"log-twice-sigmoid",      "u", "log(2 * sigmoid(u))",
     "if u < 2 then u * (1 / 2) - log(cosh(u * (1 / 2))) else log(2) - softplus(-u)", "",
     "near u = 0 the product is rounded to 1", "A & S 4.5.27"},
    {"gelu",                   "u", "u * Phi(u)",                "gelu(u)",      "", "the parts share what they compute", ""},
    {"mish-slope",             "u", "tanh_softplus(u) + u * (sech2(softplus(u)) * sigmoid(u))", "mish_slope(u)", "",
     "one exponential instead of three functions", ""},
    {"gelu-slope",             "u", "Phi(u) + u * phi(u)",       "gelu_slope(u)", "", "the parts share what they compute", ""},
    // clang-format on
};

} // namespace

std::span<const Rule> stabiliseRules() { return rules; }
std::span<const Rule> lastStabiliseRules() { return lastRules; }

} // namespace xphi::compiler
