// Philox with a counter a lane, with four lanes that share one, and with a vector for each word.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Draw.h"

#include "abi/Draw.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr int64_t lowHalf = 0xffffffff;

/// Integers, one or a vector of them.
class Integers {
public:
  Integers(const Numbers &n, unsigned bits, unsigned lanes)
      : builder(n.builder), location(n.location), element(n.builder.getIntegerType(bits)),
        type(element) {
    if (lanes > 1)
      type = VectorType::get(lanes, element);
  }

  /// The values over and over again.
  Value repeating(ArrayRef<int64_t> values) const {
    return made([&](unsigned lane) { return values[lane % values.size()]; });
  }
  Value constant(int64_t value) const { return repeating(value); }
  /// What `at` gives for each lane.
  Value made(llvm::function_ref<int64_t(unsigned)> at) const {
    TypedAttr attribute = builder.getIntegerAttr(element, at(0));
    if (auto vector = dyn_cast<VectorType>(type)) {
      llvm::SmallVector<Attribute> lanes;
      for (unsigned lane = 0; lane < vector.getNumElements(); ++lane)
        lanes.push_back(builder.getIntegerAttr(element, at(lane)));
      attribute = DenseElementsAttr::get(vector, lanes);
    }
    return arith::ConstantOp::create(builder, location, attribute);
  }
  template <class Op> Value make(Value a, Value b) const {
    return Op::create(builder, location, a, b);
  }
  template <class Op> Value make(Value a, int64_t b) const { return make<Op>(a, constant(b)); }
  template <class Cast> Value from(Value value) const {
    return Cast::create(builder, location, type, value);
  }
  Value everywhere(Value scalar) const {
    return isa<VectorType>(type) ? from<vector::BroadcastOp>(scalar) : scalar;
  }
  Value equals(Value a, int64_t b) const {
    return arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, a, constant(b));
  }
  Value choose(Value condition, Value a, Value b) const {
    return arith::SelectOp::create(builder, location, condition, a, b);
  }

private:
  OpBuilder &builder;
  const Location location;
  const Type element;
  Type type;
};

Number between(Number x, double least, double most) {
  const Numbers &n = *x.numbers;
  Number above = select(x > least, x, n.constant(least)); // NaN is least
  return select(above < most, above, n.constant(most));
}

Value keyWords(Number x, unsigned lanes) {
  return Integers(*x.numbers, 32, lanes).from<arith::FPToUIOp>(between(x, 0, 0xffffffff).value);
}

// A counter a lane, its words in 64 bits each.
Value wordsOfLanes(const Numbers &n, Value index, Value seed, Value stream) {
  const Integers wide(n, 64, n.lanes), narrow(n, 32, n.lanes);
  Value element = wide.make<arith::AddIOp>(wide.everywhere(index),
                                           wide.made([](unsigned lane) { return lane; }));
  Value counter = wide.make<arith::ShRUIOp>(element, 2);
  Value words[] = {wide.make<arith::AndIOp>(counter, lowHalf),
                   wide.make<arith::ShRUIOp>(counter, 32), wide.constant(0), wide.constant(0)};
  Value keys[] = {wide.from<arith::ExtUIOp>(seed), wide.from<arith::ExtUIOp>(stream)};
  for (unsigned round = 0; round != philox::rounds; ++round) {
    Value products[2];
    for (unsigned i : {0u, 1u})
      products[i] = wide.make<arith::MulIOp>(words[2 * i], philox::multipliers[i]);
    for (unsigned i : {0u, 1u}) {
      Value high = wide.make<arith::ShRUIOp>(products[1 - i], 32);
      words[2 * i] =
          wide.make<arith::XOrIOp>(wide.make<arith::XOrIOp>(high, words[2 * i + 1]), keys[i]);
      words[2 * i + 1] = wide.make<arith::AndIOp>(products[1 - i], lowHalf);
      keys[i] =
          wide.make<arith::AndIOp>(wide.make<arith::AddIOp>(keys[i], philox::keySteps[i]), lowHalf);
    }
  }
  Value which = wide.make<arith::AndIOp>(element, philox::words - 1), word = words[0];
  for (unsigned i = 1; i != philox::words; ++i)
    word = wide.choose(wide.equals(which, i), words[i], word);
  return narrow.from<arith::TruncIOp>(word);
}

// Four lanes share a counter and hold its four words. So a multiplication of the even words, as
// processors have it, makes both products of a round; their words, backwards, are where they go.
Value wordsOfBlocks(const Numbers &n, Value index, Value seed, Value stream) {
  const Integers pairs(n, 64, n.lanes / 2), narrow(n, 32, n.lanes), one(n, 64, 1);
  llvm::SmallVector<int64_t> backwards;
  for (unsigned lane = 0; lane != n.lanes; ++lane)
    backwards.push_back(lane ^ 3);
  Value counter = pairs.everywhere(one.make<arith::ShRUIOp>(index, 2));
  Value state =
      pairs.make<arith::AddIOp>(pairs.make<arith::AndIOp>(counter, pairs.repeating({-1, 0})),
                                pairs.made([](unsigned pair) { return pair % 2 ? 0 : pair / 2; }));
  const auto interleaved = [&](Value even, Value odd) {
    const auto alone = [&](Value word, ArrayRef<int64_t> where) {
      return pairs.make<arith::AndIOp>(pairs.everywhere(one.from<arith::ExtUIOp>(word)),
                                       pairs.repeating(where));
    };
    return pairs.make<arith::OrIOp>(alone(even, {-1, 0}), alone(odd, {0, -1}));
  };
  Value key = interleaved(seed, stream);
  Value multipliers = pairs.repeating({philox::multipliers[0], philox::multipliers[1]});
  Value steps = pairs.repeating({philox::keySteps[0], philox::keySteps[1]});
  for (unsigned round = 0; round != philox::rounds; ++round) {
    Value products =
        pairs.make<arith::MulIOp>(pairs.make<arith::AndIOp>(state, lowHalf), multipliers);
    Value words = narrow.from<vector::BitCastOp>(products);
    words = vector::ShuffleOp::create(n.builder, n.location, words, words, backwards);
    state =
        pairs.make<arith::XOrIOp>(pairs.make<arith::XOrIOp>(pairs.from<vector::BitCastOp>(words),
                                                            pairs.make<arith::ShRUIOp>(state, 32)),
                                  key);
    key = pairs.make<arith::AndIOp>(pairs.make<arith::AddIOp>(key, steps), lowHalf);
  }
  return narrow.from<vector::BitCastOp>(state);
}

// A vector for each of the four words, with counters for lanes of 64 bits: no word leaves its lane
// before the last round, and two products go on beside each other. What is above a word's 32 bits
// no multiplication sees. The first lanes' counters are the even lanes, so that words are joined as
// processors join two vectors.
Value wordsOfCounters(const Numbers &n, Value index, Value seed, Value stream) {
  const unsigned counters = n.lanes / philox::words;
  const Integers wide(n, 64, counters), narrow(n, 32, n.lanes), one(n, 64, 1);
  Value number = one.make<arith::ShRUIOp>(index, 2);
  Value words[] = {wide.make<arith::AddIOp>(wide.everywhere(number), wide.made([&](unsigned lane) {
                     return lane / 2 + lane % 2 * (counters / 2);
                   })),
                   wide.everywhere(one.make<arith::ShRUIOp>(number, 32)), wide.constant(0),
                   wide.constant(0)};
  Value keys[] = {one.from<arith::ExtUIOp>(seed), one.from<arith::ExtUIOp>(stream)};
  for (unsigned round = 0; round != philox::rounds; ++round) {
    Value products[2];
    for (unsigned i : {0u, 1u})
      products[i] = wide.make<arith::MulIOp>(wide.make<arith::AndIOp>(words[2 * i], lowHalf),
                                             philox::multipliers[i]);
    for (unsigned i : {0u, 1u}) {
      Value high = wide.make<arith::ShRUIOp>(products[1 - i], 32);
      words[2 * i] = wide.make<arith::XOrIOp>(wide.make<arith::XOrIOp>(high, words[2 * i + 1]),
                                              wide.everywhere(keys[i]));
      words[2 * i + 1] = products[1 - i];
      keys[i] = one.make<arith::AddIOp>(keys[i], philox::keySteps[i]);
    }
  }
  const Integers half(n, 32, n.lanes / 2), pairs(n, 64, counters);
  const auto joined = [&](Value a, Value b, ArrayRef<int64_t> places) -> Value {
    return vector::ShuffleOp::create(n.builder, n.location, a, b, places);
  };
  // A shift would become one of the last product, which is a multiplication of 64 bits then.
  llvm::SmallVector<int64_t> lowWords, order;
  for (int64_t lane = 0; lane != counters; ++lane)
    lowWords.append({2 * lane, 2 * (lane + counters)});
  for (int64_t first : {0, 1})
    for (int64_t lane = first; lane < counters; lane += 2)
      order.append({lane, lane + counters});
  const auto ofNeighbours = [&](unsigned i) {
    return pairs.from<vector::BitCastOp>(joined(half.from<vector::BitCastOp>(words[i]),
                                                half.from<vector::BitCastOp>(words[i + 1]),
                                                lowWords));
  };
  return narrow.from<vector::BitCastOp>(joined(ofNeighbours(0), ofNeighbours(2), order));
}

} // namespace

Mask dropped(const Drawn &drawn, Value index) {
  const Numbers &n = *drawn.p.numbers;
  const Integers narrow(n, 32, n.lanes);
  Value seed = keyWords(drawn.seed, n.lanes), stream = keyWords(drawn.stream, n.lanes), words;
  if (drawn.oneKey && n.lanes % philox::words == 0) {
    const auto first = [&](Value lanes) -> Value {
      return vector::ExtractOp::create(n.builder, n.location, lanes, ArrayRef<int64_t>{0});
    };
    // As many counters as fill a vector of 512 bits.
    constexpr unsigned leastOfCounters = 32;
    words = (n.lanes % leastOfCounters == 0 ? wordsOfCounters
                                            : wordsOfBlocks)(n, index, first(seed), first(stream));
  } else {
    words = wordsOfLanes(n, index, seed, stream);
  }
  // A whole number is below p·2^31 where it is at most the next whole number below that.
  constexpr double all = 0x1p31;
  Number bound = n.make<math::CeilOp>(between(drawn.p * n.constant(all), 0, all).value) - 1;
  Value last = narrow.from<arith::FPToSIOp>(bound.value);
  return {&n, arith::CmpIOp::create(n.builder, n.location, arith::CmpIPredicate::sle,
                                    narrow.make<arith::ShRUIOp>(words, 1), last)};
}

} // namespace xphi::compiler
