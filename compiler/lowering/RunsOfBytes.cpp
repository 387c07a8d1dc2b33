// A run is two operations; the choice with most runs is made where no other is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/RunsOfBytes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <algorithm>
#include <map>

using namespace mlir;

namespace xphi::compiler {
namespace {

// With more a row of 16 bytes in a register, or a word in memory, takes no longer.
constexpr std::size_t mostRuns = 6;

Value byteConstant(const Numbers &numbers, unsigned byte) {
  OpBuilder &b = numbers.builder;
  const Type type = numbers.shaped(b.getI8Type());
  const auto value = b.getIntegerAttr(b.getI8Type(), int8_t(byte));
  if (auto shaped = dyn_cast<ShapedType>(type))
    return arith::ConstantOp::create(b, numbers.location, DenseElementsAttr::get(shaped, value));
  return arith::ConstantOp::create(b, numbers.location, value);
}

} // namespace

std::optional<RunsOfBytes> RunsOfBytes::of(const std::array<unsigned, bytes> &choices) {
  llvm::SmallVector<Run> all;
  std::map<unsigned, std::size_t> runsOf;
  for (unsigned byte = 0; byte != bytes; ++byte) {
    if (!all.empty() && all.back().choice == choices[byte]) {
      all.back().last = byte;
      continue;
    }
    all.push_back({byte, byte, choices[byte]});
    ++runsOf[choices[byte]];
  }
  RunsOfBytes result;
  result.usual =
      std::ranges::max_element(runsOf, {}, [](const auto &each) { return each.second; })->first;
  for (const Run &run : all)
    if (run.choice != result.usual)
      result.runs.push_back(run);
  if (result.runs.size() > mostRuns)
    return std::nullopt;
  return result;
}

Value RunsOfBytes::holds(const Numbers &numbers, Value elements, const Run &run) {
  OpBuilder &b = numbers.builder;
  const Location location = numbers.location;
  const auto compare = [&](arith::CmpIPredicate how, Value value, unsigned with) -> Value {
    return arith::CmpIOp::create(b, location, how, value, byteConstant(numbers, with));
  };
  if (run.first == run.last)
    return compare(arith::CmpIPredicate::eq, elements, run.first);
  Value above = elements;
  if (run.first != 0)
    above = arith::SubIOp::create(b, location, elements, byteConstant(numbers, run.first));
  return compare(arith::CmpIPredicate::ule, above, run.last - run.first);
}

Value RunsOfBytes::chosen(const Numbers &numbers, Value elements, ArrayRef<Value> outcomes) const {
  Value result = outcomes[usual];
  for (const Run &run : runs)
    result = arith::SelectOp::create(numbers.builder, numbers.location,
                                     holds(numbers, elements, run), outcomes[run.choice], result);
  return result;
}

std::optional<Value> keptOrOneOfFew(const Numbers &numbers, Value elements,
                                    ArrayRef<uint8_t> table) {
  std::array<unsigned, RunsOfBytes::bytes> choices;
  llvm::SmallVector<uint8_t> others;
  for (unsigned byte = 0; byte != RunsOfBytes::bytes; ++byte) {
    // What is kept within a run of its own result goes with it.
    if (table[byte] == byte) {
      choices[byte] = byte != 0 && table[byte - 1] == byte ? choices[byte - 1] : 0;
      continue;
    }
    const auto at = std::ranges::find(others, table[byte]);
    choices[byte] = unsigned(at - others.begin()) + 1;
    if (at == others.end())
      others.push_back(table[byte]);
  }
  const std::optional<RunsOfBytes> runs = RunsOfBytes::of(choices);
  if (!runs)
    return std::nullopt;
  llvm::SmallVector<Value> outcomes = {elements};
  for (const uint8_t other : others)
    outcomes.push_back(byteConstant(numbers, other));
  return runs->chosen(numbers, elements, outcomes);
}

} // namespace xphi::compiler
