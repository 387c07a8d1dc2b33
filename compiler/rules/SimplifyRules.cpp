// Rules that shorten: signs and constants move outwards, equal terms and factors are joined.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/RuleTable.h"

namespace xphi::compiler {
namespace {

constexpr std::string_view signsMeet = "signs meet and cancel further out";
constexpr std::string_view constantsMeet = "constants meet and fold";
constexpr std::string_view asRoot = "one instruction, whose NaN below zero is right";

constexpr Rule rules[] = {
    // clang-format off
    {"add-negative",         "u, v",    "u + -v",            "u - v",          "", signsMeet, ""},
    {"subtract-negative",    "u, v",    "u - -v",            "u + v",          "", signsMeet, ""},
    {"multiply-negative",    "u, v",    "u * -v",            "-(u * v)",       "", signsMeet, ""},
    {"divide-negative",      "u, v",    "-u / v",            "-(u / v)",       "", signsMeet, ""},
    {"divide-by-negative",   "u, v",    "u / -v",            "-(u / v)",       "", signsMeet, ""},
    {"negate-difference",    "u, v",    "-(u - v)",          "v - u",          "", signsMeet, ""},
    {"negate-product",       "u, k",    "-(u * k)",          "u * -k",         "k < 0", signsMeet, ""},
    {"minus-one-times",      "u",       "u * -1",            "-u",             "", signsMeet, ""},
    {"join-constants",       "u, k, l", "k * (u * l)",       "u * (k * l)",    "", constantsMeet, ""},
    {"move-constant-out",    "u, v, k", "u * (v * k)",       "(u * v) * k",    "", constantsMeet, ""},
    {"join-quotients",       "u, k, l", "k * (u / l)",       "u * (k / l)",    "l != 0", constantsMeet, ""},
    {"constant-out-of-numerator",   "x, v, k", "(x * k) / v",  "(x / v) * k",        "", constantsMeet, ""},
    {"constant-out-of-denominator", "u, x, k", "u / (x * k)",  "(u / x) * (1 / k)",  "k != 0", constantsMeet, ""},
    {"constant-over",        "u, x, k", "(k / u) * x",       "(x / u) * k",    "", constantsMeet, ""},
    {"times-quotient",       "x, y, w", "x * (y / w)",       "(x * y) / w",    "", "one quotient, whose numerator is seen", ""},
    {"quotient-over",        "x, v, w", "(x / v) / w",       "x / (v * w)",    "", "one quotient instead of two", ""},
    {"square",               "x",       "x^2",               "x * x",          "", "one form, so that equal squares are seen", ""},
    {"power-half",           "u",       "u^(1 / 2)",         "sqrt(u)",        "", asRoot, ""},
    {"power-minus-half",     "u",       "u^(-1 / 2)",        "1 / sqrt(u)",    "", asRoot, ""},
    {"power-three-halves",   "u",       "u^(3 / 2)",         "u * sqrt(u)",    "", asRoot, ""},
    {"reciprocal-root",      "u",       "rsqrt(u)",          "1 / sqrt(u)",    "", asRoot, ""},
    {"root-times-root",      "p",       "sqrt(p) * sqrt(p)", "p",              "", "no operation", ""},
    {"root-cubed",           "u",       "sqrt(u) * (sqrt(u) * sqrt(u))", "sqrt(u) * u", "", "one product less", ""},
    {"over-root-cubed",      "u, v",    "(v / sqrt(u)) / (sqrt(u) * sqrt(u))", "(v / sqrt(u)) / u", "", "one product less", ""},
    {"root-squared-over-root", "u, v",  "((sqrt(u) * sqrt(u)) * v) / sqrt(u)", "(u * v) / sqrt(u)", "", "one product less", ""},
    {"double",               "u",       "u + u",             "u * 2",          "", "one term", ""},
    {"double-plus",          "u, v",    "u + (u + v)",       "u * 2 + v",      "", "one term", ""},
    {"double-less",          "u, v",    "u + (u - v)",       "u * 2 - v",      "", "one term", ""},
    {"cancel-term",          "u, t",    "(u + t) - t",       "u",              "", "no term", ""},
    {"even-abs",             "u",       "abs(-u)",           "abs(u)",         "", signsMeet, ""},
    {"even-cos",             "u",       "cos(-u)",           "cos(u)",         "", signsMeet, ""},
    {"even-cosh",            "u",       "cosh(-u)",          "cosh(u)",        "", signsMeet, ""},
    {"odd-sinh",             "u",       "sinh(-u)",          "-sinh(u)",       "", signsMeet, ""},
    {"odd-sin",              "u",       "sin(-u)",           "-sin(u)",        "", signsMeet, ""},
    {"sign-times",           "u",       "u * sign(u)",       "abs(u)",         "", "one operation", ""},
    {"corner-above",         "u, v, w, w2", "if u == v then w else if u > v then w else w2", "if u >= v then w else w2", "",
     "one comparison instead of two", ""},
    {"corner-below",         "u, v, w, w2", "if u == v then w else if u < v then w else w2", "if u <= v then w else w2", "",
     "one comparison instead of two", ""},
    {"join-powers",          "x, v",    "x * (x * v)",       "(x * x) * v",    "x != v",
     "powers are computed once, and factors are found", ""},
    {"take-factor-out-sum",  "u, v, x", "u * x + v * x",     "(u + v) * x",    "",
     "a product less, and a sum that can be exact", ""},
    {"take-factor-out-difference", "u, v, x", "u * x - v * x", "(u - v) * x",  "",
     "a product less, and a difference that can be exact", ""},
    // clang-format on
};

} // namespace

std::span<const Rule> simplifyRules() { return rules; }

} // namespace xphi::compiler
