// One function on bits for each operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/BodyInterpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <bit>
#include <cmath>

namespace xphi::numerics {
namespace {

using namespace mlir;
using Bits = std::uint64_t;
using Run = Bits (*)(Bits, Bits, Bits);

double number(Bits bits) { return std::bit_cast<double>(bits); }
Bits bits(double x) { return std::bit_cast<Bits>(x); }

/// As processors have it, beyond integers too.
std::int64_t asInteger(double x) { return std::fabs(x) < 0x1p31 ? std::int64_t(x) : -0x8000'0000l; }

#define XPHI_RUN(EXPRESSION)                                                                       \
  [](Bits a, Bits b, Bits c) -> Bits {                                                             \
    static_cast<void>(b), static_cast<void>(c);                                                    \
    return EXPRESSION;                                                                             \
  }
#define XPHI_COMPARE(CONDITION)                                                                    \
  [](Bits a, Bits b, Bits) -> Bits {                                                               \
    const double x = number(a), y = number(b);                                                     \
    return CONDITION;                                                                              \
  }

Run comparison(arith::CmpFPredicate predicate) {
  switch (predicate) {
  case arith::CmpFPredicate::OLT:
    return XPHI_COMPARE(x < y);
  case arith::CmpFPredicate::OLE:
    return XPHI_COMPARE(x <= y);
  case arith::CmpFPredicate::OGT:
    return XPHI_COMPARE(x > y);
  case arith::CmpFPredicate::OGE:
    return XPHI_COMPARE(x >= y);
  case arith::CmpFPredicate::OEQ:
    return XPHI_COMPARE(x == y);
  case arith::CmpFPredicate::UNE:
    return XPHI_COMPARE(!(x == y));
  case arith::CmpFPredicate::UNO:
    return XPHI_COMPARE(std::isnan(x) || std::isnan(y));
  default:
    return nullptr;
  }
}

Run functionOf(Operation &op) {
  return llvm::TypeSwitch<Operation *, Run>(&op)
      .Case([](arith::AddFOp) { return XPHI_RUN(bits(number(a) + number(b))); })
      .Case([](arith::SubFOp) { return XPHI_RUN(bits(number(a) - number(b))); })
      .Case([](arith::MulFOp) { return XPHI_RUN(bits(number(a) * number(b))); })
      .Case([](arith::DivFOp) { return XPHI_RUN(bits(number(a) / number(b))); })
      .Case([](arith::NegFOp) { return XPHI_RUN(a ^ Bits(1) << 63); })
      .Case([](arith::CmpFOp compare) { return comparison(compare.getPredicate()); })
      .Case([](arith::SelectOp) { return XPHI_RUN(a & 1 ? b : c); })
      .Case([](arith::BitcastOp) { return XPHI_RUN(a); })
      .Case([](arith::FPToSIOp) { return XPHI_RUN(Bits(asInteger(number(a)))); })
      .Case([](LLVM::LoadOp) {
        return XPHI_RUN(bits(*reinterpret_cast<const double *>(std::uintptr_t(a))));
      })
      .Case([](arith::AddIOp) { return XPHI_RUN(a + b); })
      .Case([](arith::SubIOp) { return XPHI_RUN(a - b); })
      .Case([](arith::MulIOp) { return XPHI_RUN(a * b); })
      .Case([](arith::AndIOp) { return XPHI_RUN(a & b); })
      .Case([](arith::OrIOp) { return XPHI_RUN(a | b); })
      .Case([](arith::XOrIOp) { return XPHI_RUN(a ^ b); })
      .Case([](arith::ShLIOp) { return XPHI_RUN(b < 64 ? a << b : 0); })
      .Case([](arith::ShRUIOp) { return XPHI_RUN(b < 64 ? a >> b : 0); })
      .Case([](arith::ShRSIOp) { return XPHI_RUN(Bits(std::int64_t(a) >> (b < 64 ? b : 63))); })
      .Case([](math::AbsFOp) { return XPHI_RUN(a & ~Bits(0) >> 1); })
      .Case([](math::FmaOp) { return XPHI_RUN(bits(std::fma(number(a), number(b), number(c)))); })
      .Case([](math::SqrtOp) { return XPHI_RUN(bits(std::sqrt(number(a)))); })
      .Case([](math::FloorOp) { return XPHI_RUN(bits(std::floor(number(a)))); })
      .Case([](math::CeilOp) { return XPHI_RUN(bits(std::ceil(number(a)))); })
      .Case([](math::RoundEvenOp) { return XPHI_RUN(bits(std::nearbyint(number(a)))); })
      .Case([](math::CopySignOp) { return XPHI_RUN(bits(std::copysign(number(a), number(b)))); })
      .Default([](Operation *) { return nullptr; });
}

#undef XPHI_RUN
#undef XPHI_COMPARE

} // namespace

BodyInterpreter::BodyInterpreter(Block &block, const std::vector<Value> &wanted)
    : results(wanted.size()) {
  for (BlockArgument argument : block.getArguments())
    take(argument, 0);
  block.walk([&](arith::ConstantOp constant) {
    if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
      take(constant, bits(real.getValueAsDouble()));
    else
      take(constant, Bits(cast<IntegerAttr>(constant.getValue()).getValue().getZExtValue()));
  });
  block.walk([&](LLVM::AddressOfOp table) {
    auto global =
        table->getParentOfType<ModuleOp>().lookupSymbol<LLVM::GlobalOp>(table.getGlobalName());
    const char *content = cast<DenseElementsAttr>(*global.getValue()).getRawData().data();
    take(table, Bits(std::uintptr_t(content)));
  });
  block.walk([&](LLVM::GEPOp place) { // of a row, or of doubles within one
    const auto row = dyn_cast<LLVM::LLVMArrayType>(place.getElemType());
    const int constant = place.getRawConstantIndices()[0];
    steppings[place] = unsigned(slots.size());
    slots.push_back(Bits(std::int64_t(constant)));
    slots.push_back(Bits(sizeof(double) * (row ? row.getNumElements() : 1)));
  });
  firstResult = slots.size();
  compile(block);
  for (Value value : wanted)
    resultSlots.push_back(places.lookup(value));
}

void BodyInterpreter::take(Value value, Bits content) {
  places[value] = unsigned(slots.size());
  slots.push_back(content);
}

void BodyInterpreter::compile(Block &block) {
  const Run choose = [](Bits a, Bits b, Bits c) -> Bits { return a & 1 ? b : c; };
  for (Operation &op : block) {
    if (isa<arith::ConstantOp, LLVM::AddressOfOp, scf::YieldOp>(op))
      continue;
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      compile(*branch.thenBlock());
      compile(*branch.elseBlock());
      for (unsigned i = 0; i < branch.getNumResults(); ++i) {
        take(branch.getResult(i), 0);
        steps.push_back({choose, places.lookup(branch.getCondition()),
                         places.lookup(branch.thenYield().getOperand(i)),
                         places.lookup(branch.elseYield().getOperand(i))});
      }
      continue;
    }
    if (auto place = dyn_cast<LLVM::GEPOp>(op)) {
      const unsigned index = steppings.lookup(place), stride = index + 1;
      const unsigned from = places.lookup(place.getBase());
      const auto dynamic = place.getDynamicIndices();
      take(place, 0);
      steps.push_back({[](Bits a, Bits b, Bits c) -> Bits { return a + b * c; }, from,
                       dynamic.empty() ? index : places.lookup(dynamic[0]), stride});
      continue;
    }
    const Run run = functionOf(op);
    if (!run || op.getNumOperands() > 3) {
      unknownOperation = op.getName().getStringRef().str();
      return;
    }
    unsigned operands[3] = {0, 0, 0};
    for (unsigned i = 0; i < op.getNumOperands(); ++i)
      operands[i] = places.lookup(op.getOperand(i));
    take(op.getResult(0), 0);
    steps.push_back({run, operands[0], operands[1], operands[2]});
  }
}

const std::vector<double> &BodyInterpreter::operator()(const std::vector<double> &arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i)
    slots[i] = bits(arguments[i]);
  std::size_t next = firstResult;
  for (const Step &step : steps)
    slots[next++] = step.run(slots[step.a], slots[step.b], slots[step.c]);
  for (std::size_t i = 0; i < results.size(); ++i)
    results[i] = number(slots[resultSlots[i]]);
  return results;
}

} // namespace xphi::numerics
