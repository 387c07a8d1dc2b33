// Interpreter: values known from elsewhere, and what is evaluated at all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Interpreter.h"

#include "Programs.h"

#include <cmath>
#include <limits>

namespace xphi::dsl {
namespace {

double valueOf(const std::string &text, double x) {
  ParseResult result = readWithLibrary(text);
  EXPECT_TRUE(result) << result.render();
  if (!result)
    return std::nan("");
  const Program &program = *result.program;
  std::vector<double> parameters = defaultParameters(program, program.entry());
  return evaluate(program, program.entry(), {&x, 1}, parameters);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kNaN = std::nan("");

struct Row {
  const char *text;
  double x, value;
};

/// From mpmath with 400 digits.
constexpr Row knownValues[] = {
    {"exp(x)", -700.0, 9.8596765437597708567e-305},
    {"exp(x)", 0.5, 1.6487212707001281468},
    {"exp(x)", 700.0, 1.0142320547350045095e+304},
    {"exp2(x)", -1000.5, 6.5991703327832115731e-302},
    {"exp2(x)", 0.5, 1.4142135623730950488},
    {"expm1(x)", 1e-10, 1.0000000000500000364e-10},
    {"expm1(x)", -40.0, -0.99999999999999999575},
    {"expm1(x)", 1.0, 1.7182818284590452354},
    {"log(x)", 1e-300, -690.77552789821370518},
    {"log(x)", 0.75, -0.28768207245178092744},
    {"log(x)", 2.5, 0.91629073187415506518},
    {"log2(x)", 0.75, -0.41503749927884381855},
    {"log2(x)", 10.0, 3.3219280948873623479},
    {"exp10(x)", 0.3, 1.9952623149688795503},
    {"exp10(x)", -20.5, 3.162277660168379332e-21},
    {"log10(x)", 0.001, -2.999999999999999991},
    {"log10(x)", 7.0, 0.84509804001425683071},
    {"log1mexp(x)", -1e-09, -20.723265837446411094},
    {"log1mexp(x)", -50.0, -1.928749847963917783e-22},
    {"sech(x)", -70.0, 7.9508994718172936156e-31},
    {"sech(x)", 0.4, 0.92500745190575501711},
    {"erfcx(x)", -1.5, 18.653886256262733939},
    {"erfcx(x)", 12.0, 0.04685422101489376262},
    {"erfcx(x)", 10000.0, 0.000056418958072680841152},
    {"log_Phi(x)", -50.0, -1254.8313611394199013},
    {"log_Phi(x)", 6.0, -9.8658764552437573169e-10},
    {"logit(x)", 0.3, -0.84729786038720366658},
    {"logit(x)", 1e-20, -46.051701859880913735},
    {"logaddexp(x, x + 1)", 1000.0, 1001.3132616875182228},
    {"logaddexp(-x, 2 * x)", -400.0, 400.0},
    {"trunc(x)", -2.75, -2},
    {"frac(x)", -2.75, -0.75},
    {"frac(x)", 2.75, 0.75},
    {"max(x, 3, -1, 2, 0)", 1, 3},
    {"min(x, 3, -1)", 1, -1},
    {"if isnan(sqrt(x)) then 1 else 0", -1, 1},
    {"if isnan(sqrt(x)) then 1 else 0", 4, 0},
    {"log1p(x)", -0.5, -0.69314718055994530942},
    {"log1p(x)", 1e-10, 9.9999999995000003644e-11},
    {"log1p(x)", 3.0, 1.3862943611198906188},
    {"sqrt(x)", 2.0, 1.4142135623730950488},
    {"sqrt(x)", 1e-300, 1.0000000000000000125e-150},
    {"rsqrt(x)", 2.0, 0.7071067811865475244},
    {"rsqrt(x)", 1e+300, 9.9999999999999997375e-151},
    {"cbrt(x)", -2.0, -1.2599210498948731648},
    {"cbrt(x)", 1e-300, 1.0000000000000000084e-100},
    {"sinh(x)", -1.25, -1.6019190803008256379},
    {"sinh(x)", 1e-05, 1.0000000000166667485e-5},
    {"sinh(x)", 0.5, 0.52109530549374736162},
    {"cosh(x)", -1.25, 1.8884238771610157382},
    {"cosh(x)", 1e-05, 1.00000000005},
    {"cosh(x)", 0.5, 1.1276259652063807852},
    {"tanh(x)", -1.25, -0.84828363995751289761},
    {"tanh(x)", 1e-05, 9.9999999996666674847e-6},
    {"tanh(x)", 0.5, 0.4621171572600097585},
    {"asinh(x)", -1.25, -1.0475930126492587359},
    {"asinh(x)", 1e-05, 9.9999999998333341514e-6},
    {"asinh(x)", 0.5, 0.4812118250596034475},
    {"acosh(x)", 1.0009765625, 0.04419057808311009443},
    {"acosh(x)", 3.0, 1.7627471740390860505},
    {"atanh(x)", -0.5, -0.5493061443340548457},
    {"atanh(x)", 1e-08, 1.0000000000000000543e-8},
    {"erf(x)", 1e-10, 1.128379167095512615e-10},
    {"erf(x)", 0.5, 0.52049987781304653768},
    {"erf(x)", -2.0, -0.99532226501895273416},
    {"erfc(x)", -1.0, 1.8427007929497148693},
    {"erfc(x)", 0.5, 0.47950012218695346232},
    {"erfc(x)", 26.0, 5.6631924088561428465e-296},
    {"Phi(x)", -38.0, 2.8854283600687843084e-316},
    {"Phi(x)", -13.0, 6.1171643995498796823e-39},
    {"Phi(x)", -5.5, 1.8989562465887719384e-8},
    {"Phi(x)", -1.0, 0.15865525393145705141},
    {"Phi(x)", 0.5, 0.69146246127401310364},
    {"Phi(x)", 3.0, 0.99865010196836990547},
    {"phi(x)", -38.0, 1.097221052007592958e-314},
    {"phi(x)", -5.5, 1.0769760042543276359e-7},
    {"phi(x)", 0.5, 0.35206532676429947777},
    {"phi(x)", 30.0, 1.473646134878547519e-196},
    {"sigmoid(x)", -700.0, 9.8596765437597708567e-305},
    {"sigmoid(x)", -20.0, 2.0611536181902035814e-9},
    {"sigmoid(x)", 0.5, 0.62245933120185456464},
    {"sigmoid(x)", 30.0, 0.99999999999990642377},
    {"logsigmoid(x)", -50.0, -50.0},
    {"logsigmoid(x)", 0.5, -0.47407698418010668087},
    {"logsigmoid(x)", 40.0, -4.2483542552915889863e-18},
    {"softplus(x)", -700.0, 9.8596765437597708567e-305},
    {"softplus(x)", -40.0, 4.2483542552915889863e-18},
    {"softplus(x)", 0.5, 0.97407698418010668087},
    {"softplus(x)", 50.0, 50.0},
    {"sin(x)", -1.25, -0.94898461935558621435},
    {"sin(x)", 1e-05, 9.9999999998333341514e-6},
    {"sin(x)", 0.5, 0.47942553860420300027},
    {"cos(x)", -1.25, 0.31532236239526866545},
    {"cos(x)", 1e-05, 0.99999999995},
    {"cos(x)", 0.5, 0.87758256189037271612},
    {"tan(x)", -1.25, -3.0095696738628312882},
    {"tan(x)", 1e-05, 1.0000000000333334151e-5},
    {"tan(x)", 0.5, 0.54630248984379051326},
    {"asin(x)", 0.5, 0.52359877559829887308},
    {"asin(x)", -0.25, -0.25268025514207865349},
    {"acos(x)", 0.5, 1.0471975511965977462},
    {"acos(x)", -0.25, 1.8234765819369752727},
    {"atan(x)", -1.25, -0.89605538457134395617},
    {"atan(x)", 1e-05, 9.9999999996666674847e-6},
    {"atan(x)", 0.5, 0.46364760900080611621},
};

TEST(InterpreterTest, PrimitivesKeepTheirDigits) {
  for (const Row &row : knownValues)
    EXPECT_NEAR(valueOf(row.text, row.x), row.value, 4e-15 * std::abs(row.value))
        << row.text << " at " << row.x;
}

TEST(InterpreterTest, OperatorsAndPieces) {
  constexpr Row rows[] = {{"-x^2", 3, -9},
                          {"2^-x", 3, 0.125},
                          {"x^2^3", 2, 256},
                          {"x - 1 - 2", 10, 7},
                          {"8 / x / 2", 2, 2},
                          {"-2 * x", 3, -6},
                          {"abs(x)", -2, 2},
                          {"sign(x)", -2, -1},
                          {"sign(x)", 5, 1},
                          {"min(x, 1)", 2, 1},
                          {"max(x, 1)", 2, 2},
                          {"clamp(x, -1, 1)", 7, 1},
                          {"clamp(x, -1, 1)", -7, -1},
                          {"floor(x)", -1.5, -2},
                          {"ceil(x)", -1.5, -1},
                          {"round(x)", 2.5, 2},
                          {"round(x)", 3.5, 4},
                          {"round(x)", -0.5, 0},
                          {"step(x)", 0, 1},
                          {"step(x)", -1e-300, 0},
                          {"hypot(x, 4)", 3, 5},
                          {"if x > 0 and x < 1 then 1 else 2", 0.5, 1},
                          {"if x < 0 or x > 1 then 1 else 2", 0.5, 2},
                          {"if not x == 0 then 1 else 2", 0, 2},
                          {"if x != 0 then 1 else 2", 0, 2},
                          {"if x >= 0 and x <= 0 then 1 else 2", 0, 1},
                          {"let t = x * x\nlet u = t * t\nu + t", 2, 20},
                          {"let c = x > 0 in if c then 1 else 2", 1, 1},
                          {"elu(x; alpha = 2) + elu(x)", -1, 3 * -0.63212055882855767}};
  for (const Row &row : rows)
    EXPECT_DOUBLE_EQ(valueOf(row.text, row.x), row.value) << row.text << " at " << row.x;
}

TEST(InterpreterTest, NaNReachesTheResult) {
  for (const char *text :
       {"min(x, 1)", "max(x, 1)", "max(1, x)", "clamp(x, 0, 1)", "sign(x)", "step(x)",
        "softplus(x)", "logsigmoid(x)", "sigmoid(x)", "Phi(x)", "phi(x)", "abs(x)"})
    EXPECT_TRUE(std::isnan(valueOf(text, kNaN))) << text;
  EXPECT_EQ(valueOf("if x == x then 1 else 2", kNaN), 2);
  EXPECT_EQ(valueOf("if x != x then 1 else 2", kNaN), 1);
}

TEST(InterpreterTest, InfinityGivesTheLimit) {
  constexpr Row rows[] = {{"sigmoid(x)", -kInfinity, 0},
                          {"sigmoid(x)", kInfinity, 1},
                          {"Phi(x)", -kInfinity, 0},
                          {"Phi(x)", kInfinity, 1},
                          {"phi(x)", -kInfinity, 0},
                          {"softplus(x)", -kInfinity, 0},
                          {"softplus(x)", kInfinity, kInfinity},
                          {"logsigmoid(x)", -kInfinity, -kInfinity},
                          {"logsigmoid(x)", kInfinity, 0},
                          {"inf - x", 1, kInfinity}};
  for (const Row &row : rows)
    EXPECT_EQ(valueOf(row.text, row.x), row.value) << row.text << " at " << row.x;
}

TEST(InterpreterTest, ZerosKeepTheirSign) {
  for (const char *text :
       {"x", "sign(x)", "max(x, -0)", "round(x)", "tanh(x)", "expm1(x)", "sqrt(x)"})
    EXPECT_TRUE(std::signbit(valueOf(text, -0.0))) << text;
  EXPECT_FALSE(std::signbit(valueOf("max(x, 0)", -0.0)));
  EXPECT_TRUE(std::signbit(valueOf("min(0, x)", -0.0)));
}

TEST(InterpreterTest, InputsAndParametersAreInOrder) {
  ParseResult result = read("def g(a, b; c = 10, d = 100) = a - b + c * d\n"
                            "def f(x, y; p = 2) = g(y, x; d = p)");
  ASSERT_TRUE(result) << result.render();
  double inputs[] = {1, 5}, parameters[] = {7};
  EXPECT_EQ(evaluate(*result.program, result.program->entry(), inputs, parameters), 5 - 1 + 10 * 7);
  EXPECT_EQ(defaultParameters(*result.program, 0), (std::vector<double>{10, 100}));
}

/// Counts instead of computing: says which operations were evaluated.
struct CountingArithmetic {
  using Real = int;
  int operations = 0;
  int decimal(std::string_view text) { return std::atoi(std::string(text).c_str()); }
  int pi() { return 3; }
  int e() { return 2; }
  int infinity() { return 1000; }
  int apply(Primitive primitive, std::span<const int> operands) {
    ++operations;
    return primitive == Primitive::Add ? operands[0] + operands[1] : operands[0] * 2;
  }
  bool compare(Primitive, int a, int b) { return a < b; }
  double nearest(int a) { return a; }
};
static_assert(Arithmetic<CountingArithmetic> && Arithmetic<DoubleArithmetic>);

int operationsOf(const std::string &text, int x) {
  ParseResult result = read(text);
  CountingArithmetic counting;
  evaluate(*result.program, result.program->entry(), std::span<const int>(&x, 1), {}, counting);
  return counting.operations;
}

TEST(InterpreterTest, OnlyTheBranchTakenIsEvaluated) {
  EXPECT_EQ(operationsOf("if x < 0 then exp(x) else x", 1), 0);
  EXPECT_EQ(operationsOf("if x < 0 then exp(x) else x", -1), 1);
  EXPECT_EQ(operationsOf("if x < 0 and exp(x) < 5 then 1 else x", 1), 0);
  EXPECT_EQ(operationsOf("if x < 5 or exp(x) < 5 then 1 else x", 1), 0);
}

TEST(InterpreterTest, ALetIsEvaluatedOnce) {
  EXPECT_EQ(operationsOf("let t = exp(x) in t + t + t", 1), 3);
}

TEST(InterpreterTest, EveryPrimitiveHasAValue) {
  for (const PrimitiveInfo &row : primitives()) {
    if (row.result != Type::Number)
      continue;
    const double operands[] = {0.25, 0.5, 0.75};
    double x = row.primitive == Primitive::Acosh      ? 2
               : row.primitive == Primitive::Log1mexp ? -2
                                                      : 0.25;
    double values[] = {x, operands[1], operands[2]};
    DoubleArithmetic doubles;
    EXPECT_FALSE(std::isnan(doubles.apply(row.primitive, std::span(values, row.arity))))
        << row.spelling;
  }
}

} // namespace
} // namespace xphi::dsl
