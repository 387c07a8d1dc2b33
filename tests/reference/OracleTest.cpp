// The oracle against mpmath, at its corners, and at infinity.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Oracle.h"

#include "dsl/Frontend.h"
#include "compiler/truth/Ulp.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <limits>

using namespace xphi::reference;

namespace {

Oracle oracleFor(const std::string &expression, int order = 2) {
  xphi::dsl::ParseResult parsed = xphi::dsl::analyse({"<test>", expression});
  EXPECT_TRUE(parsed) << parsed.render();
  return Oracle(parsed.program, parsed.program->entry(), order);
}

struct KnownValue {
  const char *expression;
  float x;
  std::array<const char *, 3> derivatives;
};

/// Computed with mpmath 1.3 in 2,600 digits at the float's exact value; the derivatives are central
/// differences with a step of 1e-120 |x|.
const KnownValue knownValues[] = {
    {"x * Phi(x)",
     -13.f,
     {"-7.952313719414843586957772704307292488647e-38",
      "-1.0337304440113356150241407954453040507e-36",
      "-1.335804235420137520122857483626004894985e-35"}},
    {"x * Phi(x)",
     -5.5f,
     {"-1.0444259356238245661118200718469102474e-7",
      "-5.733472398739924803491604353117563696239e-7",
      "-3.042457212018475571355923779819228673693e-6"}},
    {"x * Phi(x)",
     -1.f,
     {"-1.586552539314570514147674543679620775221e-1",
      "-8.331547058768629838306273856759857730658e-2",
      "2.419707245191433497978301929355606548287e-1"}},
    {"x * Phi(x)",
     3.f,
     {"2.995950305905109716420044555697215067867", "1.011945647204183927000155243320768056352",
      "-3.102293888356605022921646887284707870218e-2"}},
    {"x * Phi(x)",
     -0.7517916f,
     {"-1.699712074799025519715227969348368279122e-1",
      "-3.094635629896001126086190417412160811578e-8",
      "4.314939366191520694966959172052549464639e-1"}},
    {"x * Phi(x)",
     1e-30f,
     {"5.000000015855384254855256735680313191903e-31",
      "5.000000000000000000000000000007978845633e-1",
      "7.978845608028653558798921198687637369517e-1"}},
    {"x * Phi(x)", 100.f, {"1.0e+2", "1.0", "-1.344044605088166698732175191348512549853e-2168"}},
    {"x * tanh(softplus(x))",
     -100.f,
     {"-3.720075976020835962959695803863118337359e-42",
      "-3.682875216260627603330098845824487153985e-42",
      "-3.645674456500419243700501887785855970612e-42"}},
    {"x * tanh(softplus(x))",
     -1.1924312f,
     {"-3.088434130172504053920497928243866032618e-1",
      "8.125727933658319880799911068590684537963e-10",
      "2.669479152959128956716985722250977333261e-1"}},
    {"x * tanh(softplus(x))",
     0.5f,
     {"3.752452113048951048185624133992798825679e-1",
      "8.864243753577272584508843027957387642195e-1",
      "4.680533778448865833255495805534724446763e-1"}},
    {"x / (1 + exp(-x))",
     -91.5f,
     {"-1.67292318438007238624122113097118001389e-38",
      "-1.65463987088957979185607117325564799188e-38",
      "-1.63635655739908719747092121554011596987e-38"}},
    {"x / (1 + exp(-x))",
     20.f,
     {"1.999999995877692763619592837138275741051e+1", "1.000000039161918660646783291615029978383",
      "-3.710076488101911902485903027584116112522e-8"}},
    {"x / (1 + exp(-x))",
     -1.2784645f,
     {"-2.784645427610737767628852261205151523037e-1",
      "-2.827039668355436669020393044084377834668e-9",
      "2.178117019130077352474865023078742524911e-1"}},
    {"x - tanh(x)",
     1e-30f,
     {"3.333333365044101943601130858622399929782e-91",
      "1.000000006342153711997831089035008902696e-60",
      "2.00000000634215370194210269427052950763e-30"}},
    {"x - tanh(x)",
     0.001f,
     {"3.33333247497475864676817835108724287981e-10",
      "9.999994283284893179294640041029737266051e-7",
      "1.999997428330122630114019191274796479131e-3"}},
    {"x - tanh(x)",
     -4.f,
     {"-3.000670700260932956207756655658275037995", "9.98659049316974103120029781096668986769e-1",
      "-2.680102614105786370164130301525205468106e-3"}},
    {"(x + sqrt(x^2 + 4)) / 2",
     -1e20f,
     {"9.999999799591230589167566167948726519269e-21",
      "9.999999599182465194702618012318035827935e-41",
      "1.999999879754740763321015008316279463388e-60"}},
    {"(x + sqrt(x^2 + 4)) / 2",
     -1.f,
     {"6.180339887498948482045868343656381177203e-1",
      "2.763932022500210303590826331268723764559e-1",
      "1.788854381999831757127338934985020988352e-1"}},
    {"(x + sqrt(x^2 + 4)) / 2",
     1e20f,
     {"1.00000002004087734272e+20", "9.999999999999999999999999999999999999999e-1",
      "1.999999879754740763321015008316279463388e-60"}},
    {"0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
     -5.f,
     {"-2.291796196629506045592755328546905026848e-7",
      "-1.546361987532594595584972180398450198517e-6",
      "-9.934132224996202072299180498677319983196e-6"}},
    {"0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
     -10.f,
     {"-1.204092348209805993659250440030509342151e-37",
      "-2.757638063854031607330146525186070712262e-36",
      "-6.263930626022878546461445573623582167731e-35"}},
    {"0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
     1.5f,
     {"1.399571576980232922449424481844588336409", "1.127710793151433081575633268756615379143",
      "-3.051819648422494739649435642649130739745e-2"}},
};

TEST(Oracle, MatchesMpmath) {
  for (const KnownValue &known : knownValues) {
    ArbJet jet = oracleFor(known.expression).jetAt(ArbBall(known.x));
    for (int k = 0; k <= 2; ++k) {
      ArbPrecision precision(256);
      ArbBall expected = ArbBall::fromDecimal(known.derivatives[k]);
      ArbBall relative = (jet.derivative(k) - expected) / expected;
      EXPECT_TRUE(relative.isBelow(-59))
          << known.expression << " at " << known.x << ", derivative " << k << ": "
          << jet.derivative(k).decimal(40) << ", not " << known.derivatives[k];
      EXPECT_TRUE(jet.derivative(k).isTight(60));
    }
  }
}

TEST(Oracle, IsTightWhereTheFormulaCancels) {
  // x^3 / 3 in truth; the formula loses 600 bits.
  Answer answer = oracleFor("x - tanh(x)").at(FLT_TRUE_MIN);
  EXPECT_NEAR(answer.derivatives[0].high / std::ldexp(1.0 / 3, -447), 1, 1e-15);
  EXPECT_NEAR(answer.derivatives[1].high / std::ldexp(1.0, -298), 1, 1e-15);
  EXPECT_NEAR(answer.largestTerm[1], 1, 1e-6);
  EXPECT_EQ(answer.derivatives[0].high,
            -oracleFor("x - tanh(x)").at(-FLT_TRUE_MIN).derivatives[0].high);
}

TEST(Oracle, KnowsZeros) {
  EXPECT_TRUE(oracleFor("x * Phi(x)").at(0.0f).derivatives[0].isZero());
  EXPECT_TRUE(oracleFor("expm1(x)").at(0.0f).derivatives[0].isZero());
  EXPECT_TRUE(oracleFor("x - tanh(x)").at(0.0f).derivatives[1].isZero());
  EXPECT_TRUE(oracleFor("log(exp(x)) - x").at(3.0f).derivatives[0].high <= 0x1p-1000);
}

TEST(Oracle, TakesTheBranchThatHolds) {
  Oracle elu = oracleFor("if x > 0 then x else expm1(x)", 1);
  EXPECT_EQ(elu.at(2.0f).derivatives[1].high, 1);
  EXPECT_EQ(elu.at(0.0f).derivatives[1].high, 1);
  EXPECT_NEAR(elu.at(-1.0f).derivatives[1].high, std::exp(-1.0), 1e-15);
  // The other branch has no value here, and is not looked at.
  Oracle guarded = oracleFor("if x > 0 then log(x) else x", 1);
  EXPECT_EQ(guarded.at(-2.0f).derivatives[0].high, -2);
  EXPECT_TRUE(oracleFor("log(x)").at(-2.0f).derivatives[0].isNaN());
}

TEST(Oracle, DecidesComparisonsBetweenInexactNumbers) {
  // 0.1 as a float is above one tenth.
  Oracle step = oracleFor("if x > 0.1 then 1 else 0", 0);
  EXPECT_EQ(step.at(0.1f).derivatives[0].high, 1);
  EXPECT_EQ(step.at(std::nextafter(0.1f, 0.0f)).derivatives[0].high, 0);
  // 96 bits do not hold 1 + x: the first evaluation takes the wrong branch, and knows it.
  Oracle absorbed = oracleFor("if (1 + x) - 1 > 0 then 1 else 0", 0);
  EXPECT_EQ(absorbed.at(FLT_TRUE_MIN).derivatives[0].high, 1);
}

TEST(Oracle, ParametersAreFloats) {
  xphi::dsl::ParseResult parsed =
      xphi::dsl::analyse({"<test>", "def f(x; slope = 0.01) = slope * x"});
  ASSERT_TRUE(parsed) << parsed.render();
  Oracle defaults(parsed.program, parsed.program->entry(), 1);
  EXPECT_EQ(defaults.at(2.0f).derivatives[0].high, 2.0 * 0.01f);
  EXPECT_EQ(defaults.at(2.0f).derivatives[0].low, 0);
  Oracle given(parsed.program, parsed.program->entry(), {0.3f}, 1);
  EXPECT_EQ(given.at(2.0f).derivatives[1].high, 0.3f);
}

TEST(Oracle, NaNGivesNaN) {
  Answer answer = oracleFor("if x > 0 then x else 0").at(std::nanf(""));
  for (const Enclosure &derivative : answer.derivatives)
    EXPECT_TRUE(derivative.isNaN());
}

struct KnownLimits {
  const char *expression;
  double below, above, slopeBelow, slopeAbove;
};

TEST(Oracle, InfinitiesGiveLimits) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const KnownLimits all[] = {
      {"x * Phi(x)", 0, inf, 0, 1},
      {"x * tanh(softplus(x))", 0, inf, 0, 1},
      {"tanh(x)", -1, 1, 0, 0},
      {"logsigmoid(x)", -inf, 0, 1, 0},
      {"softplus(x)", 0, inf, 0, 1},
      {"x / (1 + abs(x))", -1, 1, 0, 0},
      {"(x + sqrt(x^2 + 4)) / 2", 0, inf, 0, 1},
      {"x - tanh(x)", -inf, inf, 1, 1},
      {"clamp(x, 0, 6)", 0, 6, 0, 0},
      {"x^2", inf, inf, -inf, inf},
      {"exp(-x^2)", 0, 0, 0, 0},
      {"log1p(abs(x))", inf, inf, 0, 0},
      {"exp(x)", 0, inf, 0, inf},
  };
  for (const KnownLimits &known : all) {
    Oracle oracle = oracleFor(known.expression, 1);
    const Answer below = oracle.at(-std::numeric_limits<float>::infinity());
    const Answer above = oracle.at(std::numeric_limits<float>::infinity());
    EXPECT_EQ(below.derivatives[0].high, known.below) << known.expression;
    EXPECT_EQ(above.derivatives[0].high, known.above) << known.expression;
    EXPECT_EQ(below.derivatives[1].high, known.slopeBelow) << known.expression;
    EXPECT_EQ(above.derivatives[1].high, known.slopeAbove) << known.expression;
  }
}

TEST(Oracle, AnOscillationHasNoLimit) {
  Answer answer = oracleFor("sin(x)", 0).at(std::numeric_limits<float>::infinity());
  EXPECT_TRUE(answer.derivatives[0].isNaN());
}

} // namespace
