// Backwards from a result, through the branch of rare lanes, where only arithmetic is understood.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A branch is taken when any lane needs it, and gives the other lanes what they had: so it is a
// choice by the lane's own bit.
#include "passes/RecordLines.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

using Op = Lines::Op;

std::optional<Lines::Type> typeOf(Value value) {
  const Type element = getElementTypeOrSelf(value.getType());
  if (element.isF32())
    return Lines::Type::Float;
  if (element.isF64())
    return Lines::Type::Double;
  if (element.isInteger(1))
    return Lines::Type::Condition;
  if (element.isInteger(32))
    return Lines::Type::Word;
  if (element.isInteger(64))
    return Lines::Type::LongWord;
  return std::nullopt;
}

unsigned orderOf(arith::CmpFPredicate predicate) {
  constexpr unsigned less = Lines::lessThan, equal = Lines::equal, greater = Lines::greaterThan,
                     unordered = Lines::unordered;
  using enum arith::CmpFPredicate;
  switch (predicate) {
  case AlwaysFalse:
    return 0;
  case OEQ:
    return equal;
  case OGT:
    return greater;
  case OGE:
    return greater | equal;
  case OLT:
    return less;
  case OLE:
    return less | equal;
  case ONE:
    return less | greater;
  case ORD:
    return less | equal | greater;
  case UEQ:
    return equal | unordered;
  case UGT:
    return greater | unordered;
  case UGE:
    return greater | equal | unordered;
  case ULT:
    return less | unordered;
  case ULE:
    return less | equal | unordered;
  case UNE:
    return less | greater | unordered;
  case UNO:
    return unordered;
  case AlwaysTrue:
    return less | equal | greater | unordered;
  }
  return 0;
}

unsigned orderOf(arith::CmpIPredicate predicate) {
  constexpr unsigned less = Lines::lessThan, equal = Lines::equal, greater = Lines::greaterThan;
  using enum arith::CmpIPredicate;
  switch (predicate) {
  case eq:
    return equal;
  case ne:
    return less | greater;
  case slt:
    return less;
  case sle:
    return less | equal;
  case sgt:
    return greater;
  case sge:
    return greater | equal;
  case ult:
    return Lines::asUnsigned | less;
  case ule:
    return Lines::asUnsigned | less | equal;
  case ugt:
    return Lines::asUnsigned | greater;
  case uge:
    return Lines::asUnsigned | greater | equal;
  }
  return 0;
}

class Recorder {
public:
  Recorder(func::FuncOp body, unsigned inputs, bool isBackward, llvm::ArrayRef<float> parameters)
      : parameters(parameters), isOfOneInput(inputs == 1) {
    const unsigned first = inputs + (isBackward ? 1 : 0);
    for (BlockArgument argument : body.getArguments()) {
      const unsigned i = argument.getArgNumber();
      if (argument.getType().isInteger(64))
        index = argument;
      if (typeOf(argument) != Lines::Type::Float)
        continue;
      known[argument] = i < inputs  ? add({Op::Input, Lines::Type::Float, i})
                        : i < first ? add({Op::Number, Lines::Type::Float, 0, {}, 1})
                                    : add({Op::Parameter, Lines::Type::Float, i - first});
    }
  }

  std::optional<Lines> of(Value result) {
    if (typeOf(result) != Lines::Type::Float)
      return std::nullopt;
    const unsigned last = record(result);
    if (lines.steps.size() >= Lines::mostSteps || !isOfUse(last))
      return std::nullopt;
    return inOrder(last);
  }

private:
  unsigned add(Lines::Step step) {
    lines.steps.push_back(std::move(step));
    return unsigned(lines.steps.size() - 1);
  }

  unsigned record(Value value) {
    if (const auto found = known.find(value); found != known.end())
      return found->second;
    // A long body is not followed to its end.
    const bool isShort = depth < Lines::mostSteps && lines.steps.size() < Lines::mostSteps;
    ++depth;
    const unsigned index =
        isShort ? recordNew(value) : add({Op::Unknown, typeOf(value).value_or(Lines::Type::Float)});
    --depth;
    known[value] = index;
    return index;
  }

  unsigned recordNew(Value value) {
    const std::optional<Lines::Type> type = typeOf(value);
    if (!type)
      return add({Op::Unknown});
    Operation *operation = value.getDefiningOp();
    const auto step = [&](Op op, unsigned detail = 0) {
      std::vector<unsigned> operands;
      for (Value operand : operation->getOperands())
        operands.push_back(record(operand));
      return add({op, *type, detail, std::move(operands)});
    };
    if (!operation)
      return add({Op::Unknown, *type});
    return llvm::TypeSwitch<Operation *, unsigned>(operation)
        .Case<arith::AddFOp>([&](auto) { return step(Op::Add); })
        .Case<arith::SubFOp>([&](auto) { return step(Op::Sub); })
        .Case<arith::MulFOp>([&](auto) { return step(Op::Mul); })
        .Case<arith::DivFOp>([&](auto) { return step(Op::Div); })
        .Case<math::FmaOp>([&](auto) { return step(Op::Fma); })
        .Case<math::SqrtOp>([&](auto) { return step(Op::Sqrt); })
        .Case<arith::NegFOp>([&](auto) { return step(Op::Neg); })
        .Case<math::AbsFOp>([&](auto) { return step(Op::Abs); })
        .Case<arith::ExtFOp>([&](arith::ExtFOp op) {
          return typeOf(op.getIn()) == Lines::Type::Float ? step(Op::Widen)
                                                          : add({Op::Unknown, *type});
        })
        .Case<arith::TruncFOp>([&](arith::TruncFOp op) {
          return typeOf(op.getIn()) == Lines::Type::Double && *type == Lines::Type::Float
                     ? step(Op::Narrow)
                     : add({Op::Unknown, *type});
        })
        .Case<arith::CmpFOp>(
            [&](arith::CmpFOp op) { return step(Op::Compare, orderOf(op.getPredicate())); })
        .Case<arith::CmpIOp>([&](arith::CmpIOp op) {
          return comesFromIndex(value) ? drawn(value)
                                       : step(Op::Compare, orderOf(op.getPredicate()));
        })
        .Case<math::RoundEvenOp>([&](auto) { return step(Op::Round); })
        .Case<math::FloorOp>([&](auto) { return step(Op::Floor); })
        .Case<math::CopySignOp>([&](auto) { return step(Op::CopySign); })
        .Case<arith::BitcastOp>([&](auto) { return step(Op::Bits); })
        .Case<arith::AddIOp>([&](auto) { return step(Op::Add); })
        .Case<arith::SubIOp>([&](auto) { return step(Op::Sub); })
        .Case<arith::ShLIOp>([&](auto) { return step(Op::ShiftLeft); })
        .Case<arith::ShRSIOp>([&](auto) { return step(Op::ShiftRight); })
        .Case<arith::ShRUIOp>([&](auto) { return step(Op::ShiftRightZeroes); })
        .Case<LLVM::CallIntrinsicOp>([&](LLVM::CallIntrinsicOp op) { return lookup(op, *type); })
        .Case<arith::AndIOp>([&](auto) { return logic(Op::And, *type, operation); })
        .Case<arith::OrIOp>([&](auto) { return logic(Op::Or, *type, operation); })
        .Case<arith::XOrIOp>([&](auto) { return logic(Op::Xor, *type, operation); })
        .Case<arith::SelectOp>([&](arith::SelectOp op) {
          return op.getType() == op.getTrueValue().getType() ? step(Op::Select)
                                                             : add({Op::Unknown, *type});
        })
        .Case<vector::BroadcastOp>([&](vector::BroadcastOp op) {
          return isa<VectorType>(op.getSource().getType()) ? add({Op::Unknown, *type})
                                                           : record(op.getSource());
        })
        .Case<arith::ConstantOp>([&](arith::ConstantOp op) { return constant(op, *type); })
        .Case<vector::ExtractStridedSliceOp>(
            [&](vector::ExtractStridedSliceOp op) { return record(op.getSource()); })
        .Case<vector::ShuffleOp>([&](vector::ShuffleOp op) {
          return isOfOneInput && isOfHalves(op) ? recordIfShort(op.getV1(), *type, longestHalf)
                                                : add({Op::Unknown, *type});
        })
        .Case<func::CallOp>([&](func::CallOp op) { return called(op, value, *type); })
        .Case<scf::IfOp>([&](scf::IfOp op) { return branch(op, value, *type); })
        .Default([&](Operation *) { return add({Op::Unknown, *type}); });
  }

  bool comesFromIndex(Value value) {
    if (!index)
      return false;
    if (value == index)
      return true;
    if (const auto found = fromIndex.find(value); found != fromIndex.end())
      return found->second;
    Operation *operation = value.getDefiningOp();
    const bool result = operation && llvm::any_of(operation->getOperands(), [&](Value operand) {
                          return comesFromIndex(operand);
                        });
    return fromIndex[value] = result;
  }
  /// What is drawn elsewhere, as for rare lanes, is not known to be the same.
  unsigned drawn(Value value) {
    if (!draw)
      draw = value;
    return add({draw == value ? Op::Drawn : Op::Unknown, Lines::Type::Condition});
  }

  unsigned logic(Op op, Lines::Type type, Operation *operation) {
    const unsigned a = record(operation->getOperand(0)), b = record(operation->getOperand(1));
    return add({op, type, 0, {a, b}});
  }

  unsigned constant(arith::ConstantOp op, Lines::Type type) {
    Attribute value = op.getValue();
    if (auto elements = dyn_cast<DenseElementsAttr>(value))
      value = elements.isSplat() ? elements.getSplatValue<Attribute>() : Attribute();
    if (auto number = dyn_cast_or_null<FloatAttr>(value))
      return add({Op::Number, type, 0, {}, number.getValueAsDouble()});
    auto whole = dyn_cast_or_null<IntegerAttr>(value);
    if (whole && type == Lines::Type::Condition)
      return add({Op::Truth, type, 0, {}, whole.getValue().isZero() ? 0.0 : 1.0});
    if (whole && Lines::isWord(type))
      return add({Op::Number, type, 0, {}, 0, whole.getValue().getZExtValue()});
    return add({Op::Unknown, type});
  }

  /// One instruction, of constants.
  unsigned lookup(LLVM::CallIntrinsicOp op, Lines::Type type) {
    const bool isOfTwo = op.getIntrin() == "llvm.x86.avx512.vpermi2var.ps.512",
               isOfOne = op.getIntrin() == "llvm.x86.avx2.permps",
               isOfHalf = op.getIntrin() == "llvm.x86.avx.vpermilvar.ps.256";
    if (!isOfTwo && !isOfOne && !isOfHalf)
      return add({Op::Unknown, type});
    std::vector<float> table;
    for (Value part : isOfTwo ? llvm::SmallVector<Value, 2>{op.getArgs()[0], op.getArgs()[2]}
                              : llvm::SmallVector<Value, 2>{op.getArgs()[0]}) {
      DenseFPElementsAttr entries;
      if (!matchPattern(part, m_Constant(&entries)))
        return add({Op::Unknown, type});
      for (const APFloat &each : entries.getValues<APFloat>())
        table.push_back(each.convertToFloat());
    }
    if (isOfHalf) // the same in both
      table.resize(table.size() / 2);
    const unsigned index = record(op.getArgs()[1]);
    return add({Op::Lookup, type, 0, {index}, 0, 0, std::move(table)});
  }

  /// One function of both halves of the same vectors, as emitOfParts makes it: each lane is what
  /// those of the first half are. Of two inputs it is longer than can be of use.
  static bool isOfHalves(vector::ShuffleOp op) {
    auto first = op.getV1().getDefiningOp<func::CallOp>(),
         second = op.getV2().getDefiningOp<func::CallOp>();
    const auto places = op.getMask();
    if (!first || !second || first.getCallee() != second.getCallee() ||
        cast<OpResult>(op.getV1()).getResultNumber() !=
            cast<OpResult>(op.getV2()).getResultNumber() ||
        !llvm::equal(places, llvm::seq<int64_t>(int64_t(places.size()))))
      return false;
    const auto begin = [](vector::ExtractStridedSliceOp slice) {
      return cast<IntegerAttr>(slice.getOffsets()[0]).getInt();
    };
    return llvm::all_of(
        llvm::zip(first.getOperands(), second.getOperands()), [&](const auto &pair) {
          const Value a = std::get<0>(pair), b = std::get<1>(pair);
          auto lower = a.getDefiningOp<vector::ExtractStridedSliceOp>(),
               upper = b.getDefiningOp<vector::ExtractStridedSliceOp>();
          return isa<VectorType>(a.getType())
                     ? lower && upper && lower.getSource() == upper.getSource() &&
                           begin(lower) == 0 && begin(upper) == int64_t(places.size() / 2)
                     : a == b;
        });
  }

  /// Its code is there once for each body.
  unsigned called(func::CallOp call, Value value, Lines::Type type) {
    auto function = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
    if (!function || function.isDeclaration() || !function.getBody().hasOneBlock())
      return add({Op::Unknown, type});
    for (auto [argument, operand] : llvm::zip(function.getArguments(), call.getOperands()))
      if (typeOf(argument)) {
        const unsigned index = record(operand);
        if (const auto [at, isNew] = known.try_emplace(argument, index);
            !isNew && at->second != index)
          return add({Op::Unknown, type});
      }
    const unsigned result = cast<OpResult>(value).getResultNumber();
    return record(function.front().getTerminator()->getOperand(result));
  }

  unsigned branch(scf::IfOp op, Value value, Lines::Type type) {
    const unsigned result = cast<OpResult>(value).getResultNumber();
    auto any = op.getCondition().getDefiningOp<vector::ReductionOp>();
    if (!any || any.getKind() != vector::CombiningKind::OR || op.getElseRegion().empty())
      return add({Op::Unknown, type});
    Value usual = op.elseYield()->getOperand(result), rare = op.thenYield()->getOperand(result),
          mask = any.getVector();
    // Of lanes that are all alike it is the choice of each. What other parameters have comes by
    // nothing that is proved.
    if (isOfAllLanes(mask)) {
      const unsigned condition = record(mask);
      const std::optional<std::uint64_t> isRare = lines.bitsAt(condition, {}, parameters);
      const unsigned other = isRare == 1 ? add({Op::Unknown, type}) : record(usual),
                     chosen = isRare == 0 ? add({Op::Unknown, type}) : recordIfShort(rare, type);
      return add({Op::Select, type, 0, {condition, chosen, other}});
    }
    // A branch in a branch: whether this one is taken, too, other lanes have a say in.
    if (auto within = rare.getDefiningOp<scf::IfOp>()) {
      auto lanes = within.getCondition().getDefiningOp<vector::ReductionOp>();
      const unsigned place = cast<OpResult>(rare).getResultNumber();
      if (!lanes || lanes.getKind() != vector::CombiningKind::OR ||
          within.getElseRegion().empty() || within.elseYield()->getOperand(place) != usual ||
          !keepsOthers(within.thenYield()->getOperand(place), usual, lanes.getVector()))
        return add({Op::Unknown, type});
      const unsigned condition = record(lanes.getVector()), other = record(usual),
                     chosen = add({Op::Unknown, type});
      return add({Op::Select, type, 0, {condition, chosen, other}});
    }
    // Without a select it is a call that keeps lanes as they are by this very mask. A select may be
    // of fewer lanes, where each result has its own.
    Value inLane;
    if (auto select = rare.getDefiningOp<arith::SelectOp>()) {
      if (select.getFalseValue() != usual || !isPartOf(select.getCondition(), mask))
        return add({Op::Unknown, type});
      inLane = select.getTrueValue();
      mask = select.getCondition();
    } else if (!keepsOthers(rare, usual, mask)) {
      return add({Op::Unknown, type});
    }
    const unsigned condition = record(mask), other = record(usual),
                   chosen = inLane ? recordIfShort(inLane, type) : add({Op::Unknown, type});
    return add({Op::Select, type, 0, {condition, chosen, other}});
  }

  /// A call that leaves lanes as they are but for those of this mask.
  static bool keepsOthers(Value rare, Value usual, Value mask) {
    auto call = rare.getDefiningOp<func::CallOp>();
    return call && llvm::is_contained(call.getOperands(), usual) &&
           llvm::any_of(call.getOperands(), [&](Value operand) {
             auto bytes = operand.getDefiningOp<arith::ExtUIOp>();
             return bytes && bytes.getIn() == mask;
           });
  }

  /// One value in all lanes: made of numbers that come as one.
  bool isOfAllLanes(Value value) {
    if (!isa<VectorType>(value.getType()))
      return true;
    if (const auto found = areAlike.find(value); found != areAlike.end())
      return found->second;
    Operation *operation = value.getDefiningOp();
    DenseElementsAttr entries;
    const bool result = operation && operation->getNumRegions() == 0 &&
                        (isa<vector::BroadcastOp>(operation) ||
                         (matchPattern(value, m_Constant(&entries)) && entries.isSplat()) ||
                         (isa<arith::ArithDialect, math::MathDialect>(operation->getDialect()) &&
                          operation->getNumOperands() > 0)) &&
                        llvm::all_of(operation->getOperands(),
                                     [&](Value operand) { return isOfAllLanes(operand); });
    return areAlike[value] = result;
  }

  /// Of a mask that is put together by `or`.
  static bool isPartOf(Value lanes, Value mask) {
    auto either = mask.getDefiningOp<arith::OrIOp>();
    return lanes == mask ||
           (either && (isPartOf(lanes, either.getLhs()) || isPartOf(lanes, either.getRhs())));
  }

  /// What rare lanes are is not needed for the others.
  unsigned recordIfShort(Value value, Lines::Type type, std::size_t most = Lines::mostSteps) {
    constexpr std::size_t rest = 16;
    const std::size_t before = lines.steps.size();
    const unsigned index = record(value);
    if (lines.steps.size() + rest < Lines::mostSteps && lines.steps.size() - before <= most)
      return index;
    lines.steps.resize(before);
    for (auto each = known.begin(); each != known.end(); ++each)
      if (each->second >= before)
        known.erase(each);
    return add({Op::Unknown, type});
  }

  /// Whether some input may do without what is unknown.
  bool isOfUse(unsigned last) const {
    std::vector<bool> use;
    for (const Lines::Step &step : lines.steps) {
      const auto isUsed = [&](unsigned operand) { return use[operand]; };
      use.push_back(step.op == Op::Select
                        ? use[step.operands[0]] && (use[step.operands[1]] || use[step.operands[2]])
                        : step.op != Op::Unknown && llvm::all_of(step.operands, isUsed));
    }
    return use[last];
  }

  /// What the result is made from, and no more.
  Lines inOrder(unsigned last) const {
    std::vector<bool> isNeeded(last + 1);
    isNeeded[last] = true;
    for (unsigned i = last + 1; i-- > 0;)
      if (isNeeded[i])
        for (unsigned operand : lines.steps[i].operands)
          isNeeded[operand] = true;
    std::vector<unsigned> places(last + 1);
    Lines result;
    for (unsigned i = 0; i <= last; ++i)
      if (isNeeded[i]) {
        Lines::Step step = lines.steps[i];
        for (unsigned &operand : step.operands)
          operand = places[operand];
        places[i] = unsigned(result.steps.size());
        result.steps.push_back(std::move(step));
      }
    return result;
  }

  const llvm::ArrayRef<float> parameters; ///< their defaults
  const bool isOfOneInput;
  /// Of more, a proof gets less far with what is rare than without: the slope of snake on 6 % of
  /// the floats, which is 32.
  static constexpr std::size_t longestHalf = 224;
  Lines lines;
  llvm::DenseMap<Value, unsigned> known;
  Value index, draw; ///< of the element; what its random bits say
  llvm::DenseMap<Value, bool> fromIndex, areAlike;
  std::size_t depth = 0;
};

} // namespace

std::optional<Lines> recordLines(func::FuncOp body, unsigned result, unsigned inputs,
                                 bool isBackward, llvm::ArrayRef<float> parameters) {
  return Recorder(body, inputs, isBackward, parameters)
      .of(body.front().getTerminator()->getOperand(result));
}

} // namespace xphi::compiler
