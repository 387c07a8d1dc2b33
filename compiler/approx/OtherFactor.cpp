// A function of two inputs as a function of one times a factor that is made of the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/OtherFactor.h"

#include "approx/FloatRank.h"
#include "approx/LinesCell.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Element.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace xphi::compiler {
namespace {

using dsl::ExprId;
using dsl::ExprKind;

/// The entry's text cut at a factor: by inputs, as bits of a number.
class TextCut {
public:
  TextCut(const dsl::Program &program, dsl::DefinitionIndex definition, unsigned varying)
      : program(program), definition(definition), varying(varying) {}

  bool find() {
    const dsl::Definition &entry = program.definitions[definition];
    // What clauses say of derivatives is said of the whole.
    if (!entry.grads.empty() || !entry.kinks.empty())
      return false;
    ExprId body = entry.body;
    for (; program.expr(body).kind == ExprKind::Let; body = program.operand(body, 1))
      lets.emplace_back(program.expr(body).index, program.operand(body, 0));
    inner = body;
    findIn(body);
    return found == 1 && program.expr(factor).kind != ExprKind::Input;
  }

  std::shared_ptr<const dsl::Program> product() { return copied(inner, /*isOfFactor=*/false); }
  std::shared_ptr<const dsl::Program> ofFactor() { return copied(factor, /*isOfFactor=*/true); }

private:
  static constexpr unsigned unknown = ~0u;

  unsigned inputsOf(ExprId id) {
    const auto before = inputs.find(id);
    return before != inputs.end() ? before->second
                                  : inputs.emplace(id, findInputsOf(id)).first->second;
  }
  unsigned findInputsOf(ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Input:
      return 1u << expr.index;
    case ExprKind::Local:
      for (const auto &[let, value] : lets)
        if (let == expr.index)
          return inputsOf(value);
      return unknown;
    case ExprKind::Let:
    case ExprKind::Diff: // of locals it is what they are made of
      return unknown;
    default: {
      unsigned all = 0;
      for (ExprId each : program.operands(id))
        all |= inputsOf(each);
      return all;
    }
    }
  }

  void findIn(ExprId id) {
    if (const unsigned inputs = inputsOf(id); inputs == 1u << (1 - varying)) {
      ++found;
      factor = id;
    } else if (const dsl::Expr &expr = program.expr(id); inputs != unknown &&
                                                         expr.kind == ExprKind::Apply &&
                                                         expr.primitive == dsl::Primitive::Mul) {
      for (ExprId each : program.operands(id))
        findIn(each);
    }
  }

  /// Null where it is made of more than it may.
  std::shared_ptr<const dsl::Program> copied(ExprId root, bool isOfFactor) {
    auto copy = std::make_shared<dsl::Program>(program);
    const unsigned own = isOfFactor ? 1u << (1 - varying) : 1u << varying;
    std::unordered_map<ExprId, ExprId> known;
    bool isWhole = true;
    const auto of = [&](auto &&self, ExprId id) -> ExprId {
      if (const auto before = known.find(id); before != known.end())
        return before->second;
      const dsl::Expr expr = program.expr(id);
      std::vector<ExprId> operands;
      ExprId made = 0;
      if (!isOfFactor && id == factor) {
        made = copy->addInput(1 - varying);
      } else {
        for (ExprId each : program.operands(id))
          operands.push_back(self(self, each));
        switch (expr.kind) {
        case ExprKind::Number:
          made = copy->addNumber(program.number(id));
          break;
        case ExprKind::Input:
          isWhole &= own == 1u << expr.index;
          made = copy->addInput(isOfFactor ? 0 : expr.index);
          break;
        case ExprKind::Parameter:
          made = copy->addParameter(expr.index);
          break;
        case ExprKind::Local:
          isWhole &= (inputsOf(id) & ~own) == 0;
          made = copy->addLocal(expr.index, expr.type);
          break;
        case ExprKind::If:
          made = copy->addIf(operands[0], operands[1], operands[2]);
          break;
        case ExprKind::Apply:
          made = copy->addApply(expr.primitive, operands);
          break;
        case ExprKind::Call:
          made = copy->addCall(expr.index, operands);
          break;
        case ExprKind::Let:
        case ExprKind::Diff:
          isWhole = false;
        }
      }
      known.emplace(id, made);
      return made;
    };
    ExprId body = of(of, root);
    for (auto each = lets.rbegin(); each != lets.rend(); ++each)
      if ((inputsOf(each->second) & ~own) == 0)
        body = copy->addLet(each->first, of(of, each->second), body);
    dsl::Definition &entry = copy->definitions[definition];
    entry.body = body;
    if (isOfFactor)
      entry.inputs = {entry.inputs[1 - varying]};
    return isWhole ? copy : nullptr;
  }

  const dsl::Program &program;
  const dsl::DefinitionIndex definition;
  const unsigned varying;
  std::vector<std::pair<std::uint32_t, ExprId>> lets; ///< outermost first
  std::unordered_map<ExprId, unsigned> inputs;
  ExprId inner = 0, factor = 0;
  unsigned found = 0;
};

Lines::Step stepOfInput(unsigned number) {
  Lines::Step step;
  step.op = Lines::Op::Input;
  step.detail = number;
  return step;
}

/// The step that what is made of y alone meets in a product with what is made of x.
std::optional<unsigned> stepOfFactor(const Lines &lines, unsigned varying) {
  const unsigned x = 1u << varying, y = 1u << (1 - varying);
  std::vector<unsigned> inputs;
  for (const Lines::Step &step : lines.steps) {
    unsigned all = step.op != Lines::Op::Input ? 0 : step.detail < 2 ? 1u << step.detail : x | y;
    for (unsigned each : step.operands)
      all |= inputs[each];
    if (step.op == Lines::Op::Mul && step.type == Lines::Type::Float)
      for (unsigned i : {0u, 1u})
        if (const unsigned factor = step.operands[i]; inputs[factor] == y &&
                                                      (inputs[step.operands[1 - i]] & x) != 0 &&
                                                      lines.steps[factor].op != Lines::Op::Input)
          return factor;
    inputs.push_back(all);
  }
  return std::nullopt;
}

/// Of all y with 2^-32 ≤ |y| ≤ 2^32.
struct FactorBounds {
  double ulps = 0;
  bool isZero = false; ///< somewhere
};

class FactorProver {
public:
  FactorProver(const Lines &lines, const LinesTruth &truth, std::size_t mostCells)
      : lines(lines), truth(truth), cellsLeft(mostCells),
        oracle(truth.program, truth.definition, truth.derivative, {}) {}

  std::optional<FactorBounds> run() {
    const std::int64_t high = rankOf(float(most));
    for (std::int64_t a = rankOf(float(least)); a <= high; a += binade)
      if (const std::int64_t b = std::min(a + binade - 1, high);
          !isOfSize(a, b) || !isOfSize(-b - 1, -a - 1))
        return std::nullopt;
    const std::vector<LinesProof> proofs = proveLines(lines, truth, /*mostUlps=*/1, cellsLeft);
    for (double sign : {1.0, -1.0}) {
      const double from = sign > 0 ? least : -most, to = sign > 0 ? most : -least;
      const auto whole = std::ranges::find_if(proofs, [&](const LinesProof &each) {
        return double(each.low) <= from && to <= double(each.high);
      });
      if (whole == proofs.end())
        return std::nullopt;
      bounds.ulps = std::max(bounds.ulps, whole->ulps);
    }
    return bounds;
  }

private:
  static constexpr double least = 0x1p-32, most = 0x1p32;
  static_assert(LinesTruth::mostExponent == 32);
  static constexpr std::int64_t binade = std::int64_t(1) << 23;

  /// Whether it is 0 or of a size that a factor may have.
  bool isOfSize(std::int64_t a, std::int64_t b) {
    if (cellsLeft == 0)
      return false;
    --cellsLeft;
    if (a == b)
      return isOfSizeAt(ofRank(a));
    if (const std::optional<StepRange> range =
            rangeOver(lines, truth, LinesCell(ofRank(a), ofRank(b)));
        range && std::max(range->high, -range->low) <= most &&
        (range->low >= least || range->high <= -least))
      return true;
    const std::int64_t middle = a + (b - a) / 2;
    return isOfSize(a, middle) && isOfSize(middle + 1, b);
  }
  bool isOfSizeAt(float y) {
    const std::optional<float> got = lines.at(y, truth.parameters);
    if (!got || *got != 0)
      return got && std::fabs(double(*got)) >= least && std::fabs(double(*got)) <= most;
    const double inputs[] = {double(y)};
    const reference::Expected right = oracle.at(inputs, truth.parameters).front();
    bounds.isZero = true;
    return right.known && right.truth.high == 0 && right.truth.low == 0 && right.truth.radius == 0;
  }

  const Lines &lines;
  const LinesTruth &truth;
  std::size_t cellsLeft;
  reference::KernelTruth oracle;
  FactorBounds bounds;
};

} // namespace

std::optional<OtherFactor> otherFactorOf(const Lines &lines, const LinesTruth &truth) {
  const unsigned varying = truth.input;
  // B is no factor of what is differentiated in y.
  if (!truth.hasOther() || lines.draws() || dsl::draws(*truth.program, truth.definition) ||
      std::ranges::any_of(truth.derivative, [&](std::uint32_t each) { return each != varying; }))
    return std::nullopt;
  const std::optional<unsigned> step = stepOfFactor(lines, varying);
  TextCut text(*truth.program, truth.definition, varying);
  if (!step || !text.find())
    return std::nullopt;
  OtherFactor parts{lines, truth, lines, truth};
  parts.productTruth.program = text.product();
  parts.factorTruth.program = text.ofFactor();
  if (!parts.productTruth.program || !parts.factorTruth.program)
    return std::nullopt;
  parts.factorTruth.derivative.clear();
  parts.factorTruth.input = 0;
  parts.factor.steps.resize(*step + 1);
  for (Lines::Step &each : parts.factor.steps)
    if (each.op == Lines::Op::Input)
      each = each.detail == varying ? Lines::Step() : stepOfInput(0);
  for (Lines::Step &each : parts.product.steps)
    if (each.op == Lines::Op::Input && each.detail != varying)
      each = stepOfInput(LinesTruth::madeIntoOther);
  parts.product.steps[*step] = stepOfInput(1 - varying);
  return parts;
}

std::vector<LinesProof> proveByFactor(const OtherFactor &parts, double mostUlps,
                                      std::size_t mostCells) {
  const std::optional<FactorBounds> factor =
      FactorProver(parts.factor, parts.factorTruth, mostCells).run();
  if (!factor)
    return {};
  LinesTruth truth = parts.productTruth;
  truth.otherUlps = factor->ulps;
  truth.isOtherZero = factor->isZero;
  return proveLines(parts.product, truth, mostUlps, mostCells);
}

} // namespace xphi::compiler
