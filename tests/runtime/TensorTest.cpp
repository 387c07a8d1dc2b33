// Kernels on tensors: broadcasting, strides, sums, and what is refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AllocationCount.h"
#include "Sandbox.h"

#include "tests/tensor/RandomCall.h"

#include <xphi/DLPack.hpp>

#include <numeric>
#include <set>

namespace xphi::test {
namespace {

using Floats = std::vector<float>;

class TensorTest : public Sandbox {
protected:
  TestedKernel tested(const std::string &text) const {
    return {make(text, withAllGradients), make(text, withAllGradients, 2)};
  }
};

/// std::mdspan's names, for a matrix of any strides.
struct Matrix {
  using element_type = float;
  float *data_handle() const { return data; }
  std::size_t rank() const { return 2; }
  std::int64_t extent(std::size_t i) const { return extents[i]; }
  std::int64_t stride(std::size_t i) const { return strides[i]; }
  float *data;
  std::int64_t extents[2], strides[2];
};

TEST_F(TensorTest, BroadcastsAsNumPyDoes) {
  const Kernel sum = make("def f(a, b) = (a + b) * 1");
  Floats a = {1, 2, 3}, b = {10, 20}, y(6);
  ASSERT_OK(sum.forward({ConstTensor::of(a), ConstTensor::of(b.data(), {2, 1})},
                        Tensor::of(y.data(), {2, 3})));
  EXPECT_EQ(y, (Floats{11, 12, 13, 21, 22, 23}));
  EXPECT_CODE(sum.forward({ConstTensor::of(a), ConstTensor::of(b)}, Tensor::of(y.data(), {2, 3})),
              "X2010");
  EXPECT_CODE(sum.forward({ConstTensor::of(a), ConstTensor::of(y.data(), {2, 3})}, Tensor::of(a)),
              "X2010");
  float scalar = 100;
  ASSERT_OK(sum.forward({ConstTensor::of(a), ConstTensor::of(&scalar, {})}, Tensor::of(a)));
  EXPECT_EQ(a, (Floats{101, 102, 103}));
}

TEST_F(TensorTest, SumsGradientsOfWhatWasBroadcast) {
  const Kernel sum = make("def f(a, b) = (a + b) * 3");
  Floats a(6), b(3), dy(6), da(6), db(3);
  std::iota(dy.begin(), dy.end(), 1.0f);
  ASSERT_OK(sum.gradients({ConstTensor::of(a.data(), {2, 3}), ConstTensor::of(b)},
                          ConstTensor::of(dy.data(), {2, 3}),
                          {Tensor::of(da.data(), {2, 3}), Tensor::of(db)}));
  EXPECT_EQ(da, (Floats{3, 6, 9, 12, 15, 18}));
  EXPECT_EQ(db, (Floats{15, 21, 27}));
  EXPECT_CODE(sum.gradients({ConstTensor::of(a.data(), {2, 3}), ConstTensor::of(b)},
                            ConstTensor::of(dy.data(), {2, 3}),
                            {Tensor::of(da.data(), {2, 3}), Tensor::of(db.data(), {1, 3})}),
              "X2010");
}

TEST_F(TensorTest, SumsOverDifferentDimensionsAreMadeInOneCall) {
  const Kernel sum = make("def f(a, b, c) = (a + b + c) * 1");
  Floats a(6), b(3), c(2), dy(6), db(3), dc(2);
  std::iota(dy.begin(), dy.end(), 1.0f);
  // The first gradient goes where dy is.
  ASSERT_OK(sum.gradients(
      {ConstTensor::of(a.data(), {2, 3}), ConstTensor::of(b), ConstTensor::of(c.data(), {2, 1})},
      ConstTensor::of(dy.data(), {2, 3}),
      {Tensor::of(dy.data(), {2, 3}), Tensor::of(db), Tensor::of(dc.data(), {2, 1})}));
  EXPECT_EQ(dy, (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(db, (Floats{5, 7, 9}));
  EXPECT_EQ(dc, (Floats{6, 15}));
}

TEST_F(TensorTest, SumsOfNothingAreZero) {
  const Kernel sum = make("def f(a, b) = (a + b) * 1");
  Floats b = {1, 2}, db = {7, 7};
  const float *nothing = nullptr;
  ASSERT_OK(sum.gradients({ConstTensor::of(nothing, {0, 2}), ConstTensor::of(b)},
                          ConstTensor::of(nothing, {0, 2}),
                          {Tensor::bits(nullptr, ElementType::F32, {0, 2}), Tensor::of(db)}));
  EXPECT_EQ(db, (Floats{0, 0}));
}

TEST_F(TensorTest, ChannelParametersBroadcast) {
  const Kernel prelu = make("def f(x; a: channel = 0.5, s = 2) = x * 1", withAllGradients);
  // y = x + a + s * x
  Floats x = {1, 2, 3, 4}, a = {10, 20}, y(4), dx(4), da(2), ds(1);
  const std::vector<ConstTensor> parameters = {ConstTensor::of(a.data(), {2, 1}), ConstTensor()};
  ASSERT_OK(
      prelu.forward({ConstTensor::of(x.data(), {2, 2})}, Tensor::of(y.data(), {2, 2}), parameters));
  EXPECT_EQ(y, (Floats{13, 16, 29, 32}));
  ASSERT_OK(prelu.gradients(
      {ConstTensor::of(x.data(), {2, 2})}, ConstTensor::of(x.data(), {2, 2}),
      {Tensor::of(dx.data(), {2, 2}), Tensor::of(da.data(), {2, 1}), Tensor::of(ds)}, parameters));
  EXPECT_EQ(dx, (Floats{3, 6, 9, 12}));
  EXPECT_EQ(da, (Floats{3, 7}));
  EXPECT_EQ(ds, (Floats{30}));
  const std::vector<ConstTensor> wrong = {ConstTensor(), ConstTensor::of(a)};
  EXPECT_CODE(prelu.forward({ConstTensor::of(x)}, Tensor::of(y), wrong), "X2010");
  EXPECT_CODE(prelu.forward({ConstTensor::of(a)}, Tensor::of(da), wrong), "X2025");
  const std::vector<ConstTensor> few = {ConstTensor()};
  EXPECT_CODE(prelu.forward({ConstTensor::of(x)}, Tensor::of(y), few), "X2012");
}

TEST_F(TensorTest, WalksViewsOfOtherLibraries) {
  const Kernel triple = make("x * 3");
  Floats x = {1, 2, 3, 4, 5, 6}, y(6);
  ASSERT_OK(triple.forward(ConstTensor::of(Matrix{x.data(), {3, 2}, {1, 3}}),
                           Tensor::of(Matrix{y.data(), {3, 2}, {2, 1}})));
  EXPECT_EQ(y, (Floats{3, 12, 6, 15, 9, 18}));

  std::int64_t shape[] = {3}, strides[] = {-2};
  const dlpack::Tensor view{x.data() + 2, {1, 0}, 1, {2, 32, 1}, shape, strides, 8};
  ASSERT_OK(triple.forward(constFromDLPack(view), Tensor::of(y.data(), {3})));
  EXPECT_EQ(Floats(y.begin(), y.begin() + 3), (Floats{15, 9, 3}));

  static int released;
  released = 0;
  auto *managed =
      toDLPack<dlpack::ManagedTensorVersioned>(Tensor::of(y.data(), {2, 3}, {1, 2}), &released,
                                               [](void *count) { ++*static_cast<int *>(count); });
  ASSERT_NE(managed, nullptr);
  const Tensor back = fromDLPack(*managed);
  EXPECT_EQ(back.data(), y.data());
  EXPECT_EQ(back.shape()[1], 3);
  EXPECT_EQ(back.strides()[1], 2);
  managed->flags = dlpack::readOnlyFlag;
  EXPECT_CODE(fromDLPack(*managed).check(), "X2034");
  EXPECT_TRUE(constFromDLPack(*managed).check());
  managed->version.major = 2;
  EXPECT_CODE(constFromDLPack(*managed).check(), "X2034");
  managed->deleter(managed);
  EXPECT_EQ(released, 1);
}

// Codes of DLPack 1.1: integers 0 and 1, IEEE 754 2, bfloat 4, E4M3 10.
TEST_F(TensorTest, ElementsOfEveryTypeTravel) {
  std::vector<double> memory(4);
  std::set<std::pair<int, int>> seen;
  for (const ElementType type : elementTypes) {
    auto *managed = toDLPack<dlpack::ManagedTensorVersioned>(Tensor::bits(memory.data(), type, {4}),
                                                             nullptr, nullptr);
    ASSERT_TRUE(managed);
    const dlpack::DataType dtype = managed->dl_tensor.dtype;
    EXPECT_EQ(dtype.bits, 8 * sizeOf(type));
    EXPECT_TRUE(seen.insert({dtype.code, dtype.bits}).second) << nameOf(type);
    EXPECT_EQ(fromDLPack(*managed).type(), type);
    EXPECT_TRUE(fromDLPack(*managed).check());
    managed->deleter(managed);
  }
  EXPECT_TRUE(seen.contains({0, 8}) && seen.contains({1, 8}) && seen.contains({2, 32}) &&
              seen.contains({2, 64}) && seen.contains({4, 16}) && seen.contains({10, 8}));
}

TEST_F(TensorTest, SaysWhatNoTensorIs) {
  Floats x(4);
  const std::vector<std::int64_t> nine(9, 1);
  const std::int64_t many = std::int64_t(1) << 40;
  EXPECT_CODE(ConstTensor::of(x.data(), nine).check(), "X2034");
  EXPECT_CODE(ConstTensor::of(x.data(), {2, -1}).check(), "X2034");
  EXPECT_CODE(ConstTensor::of(x.data(), {2, 2}, {1}).check(), "X2034");
  EXPECT_CODE(ConstTensor::of(x.data(), {many, many}).check(), "X2034");
  EXPECT_CODE(ConstTensor::of(x.data(), {2, 2}, {INT64_MIN, 1}).check(), "X2034");
  EXPECT_CODE(ConstTensor::of(x.data(), {2, 2}).permuted(std::vector<std::size_t>{0, 0}).check(),
              "X2034");
  EXPECT_TRUE(ConstTensor::of(x.data(), {0, 5}).check());
  EXPECT_TRUE(ConstTensor().check());
  std::int64_t shape[] = {4};
  const dlpack::Tensor onDevice{x.data(), {2, 0}, 1, {2, 32, 1}, shape, nullptr, 0};
  EXPECT_CODE(constFromDLPack(onDevice).check(), "X2034");
  const dlpack::Tensor complex{x.data(), {1, 0}, 1, {5, 64, 1}, shape, nullptr, 0};
  EXPECT_CODE(constFromDLPack(complex).check(), "X2031");
  const Kernel triple = make("x * 3");
  EXPECT_CODE(triple.forward(ConstTensor::of(x.data(), nine), Tensor::of(x)), "X2034");
  EXPECT_CODE(triple.forward(constFromDLPack(complex), Tensor::of(x)), "X2031");
}

TEST_F(TensorTest, RefusesWhatDoesNotFit) {
  const Kernel triple = make("x * 3");
  Floats x(8), y(8);
  std::vector<std::uint16_t> halves(8);
  EXPECT_CODE(triple.forward(ConstTensor::bits(halves, ElementType::F16), Tensor::of(y)), "X2031");
  EXPECT_CODE(triple.forward(ConstTensor::of(x), Tensor::bits(halves, ElementType::BF16)), "X2031");
  EXPECT_CODE(
      triple.forward(ConstTensor::of(static_cast<const float *>(nullptr), {8}), Tensor::of(y)),
      "X2017");
  EXPECT_CODE(triple.forward({ConstTensor::of(x), ConstTensor::of(x)}, Tensor::of(y)), "X2014");
  EXPECT_CODE(triple.gradients({ConstTensor::of(x)}, ConstTensor::of(x), {}), "X2023");
  EXPECT_CODE(make("x * 4", {.backward = false})
                  .backward(ConstTensor::of(x), ConstTensor::of(x), Tensor::of(y)),
              "X2015");
  EXPECT_CODE(make("x * 3", {.target = "cuda-sm_80"}).forward(ConstTensor::of(x), Tensor::of(y)),
              "X2016");
  const CompileOptions halfOptions = {.types = {ElementType::F16}};
  EXPECT_CODE(make("x * 5", halfOptions).forward(x, y), "X2031");
}

TEST_F(TensorTest, KnowsWhatSharesMemory) {
  const Kernel triple = make("x * 3");
  Floats x(24);
  float *data = x.data();
  const auto forward = [&](const ConstTensor &in, const Tensor &out) {
    return triple.forward(in, out);
  };
  // Every second element, and those between; columns of one matrix; a view turned around.
  EXPECT_TRUE(forward(ConstTensor::of(data, {12}, {2}), Tensor::of(data + 1, {12}, {2})));
  EXPECT_TRUE(forward(ConstTensor::of(data, {4, 3}, {6, 1}), Tensor::of(data + 3, {4, 3}, {6, 1})));
  EXPECT_TRUE(forward(ConstTensor::of(data + 23, {24}, {-1}), Tensor::of(data + 23, {24}, {-1})));
  EXPECT_CODE(forward(ConstTensor::of(data + 23, {24}, {-1}), Tensor::of(data, {24})), "X2011");
  EXPECT_CODE(forward(ConstTensor::of(data, {4, 4}, {6, 1}), Tensor::of(data + 3, {4, 4}, {5, 1})),
              "X2011");
  EXPECT_CODE(forward(ConstTensor::of(data, {1}), Tensor::of(data, {4})), "X2011");
  EXPECT_CODE(forward(ConstTensor::of(data + 1, {12}), Tensor::of(data, {12})), "X2011");
  EXPECT_CODE(forward(ConstTensor::of(data + 12, {12}), Tensor::of(data, {12}, {0})), "X2011");
  EXPECT_CODE(forward(ConstTensor::of(data + 12, {3, 3}, {0, 0}), Tensor::of(data, {3, 3}, {2, 1})),
              "X2011");
  const Kernel sum = make("def f(a, b) = (a + b) * 1");
  EXPECT_CODE(sum.gradients({ConstTensor::of(data, {4}), ConstTensor::of(data + 4, {1})},
                            ConstTensor::of(data + 8, {4}),
                            {Tensor::of(data + 12, {4}), Tensor::of(data, {1})}),
              "X2011");
}

/// Both views of a pair by brute force.
TEST_F(TensorTest, RefusesExactlyTheViewsThatShareMemory) {
  const Kernel triple = make("x * 3");
  Random random(7);
  Floats x(400);
  for (int round = 0; round != 2000; ++round) {
    const std::int64_t shape[] = {1 + below(random, 4), 1 + below(random, 4)};
    std::int64_t a[2], b[2];
    for (std::int64_t *strides : {a, b}) {
      strides[0] = below(random, 17) - 8;
      strides[1] = below(random, 17) - 8;
    }
    const std::int64_t startA = 200, startB = 200 + below(random, 30) - 15;
    std::set<std::int64_t> ofA, ofB;
    for (std::int64_t i = 0; i != shape[0]; ++i)
      for (std::int64_t k = 0; k != shape[1]; ++k) {
        ofA.insert(startA + i * a[0] + k * a[1]);
        ofB.insert(startB + i * b[0] + k * b[1]);
      }
    const bool oneToOne = std::int64_t(ofB.size()) == shape[0] * shape[1];
    const bool same =
        startA == startB && (shape[0] == 1 || a[0] == b[0]) && (shape[1] == 1 || a[1] == b[1]);
    const bool apart =
        std::ranges::none_of(ofA, [&](std::int64_t each) { return ofB.contains(each); });
    const Status done = triple.forward(ConstTensor::of(x.data() + startA, shape, a),
                                       Tensor::of(x.data() + startB, shape, b));
    if (done)
      ASSERT_TRUE(oneToOne && (same || apart)) << round;
    else
      ASSERT_EQ(done.error().code(), "X2011");
    // Of results that are simply one to one, nothing good is refused.
    const std::int64_t outer = std::max(std::abs(b[0]), std::abs(b[1]));
    const bool outerIsFirst = std::abs(b[0]) == outer;
    const std::int64_t inner = std::min(std::abs(b[0]), std::abs(b[1]));
    const bool simple = inner != 0 && outer > inner * (shape[outerIsFirst ? 1 : 0] - 1);
    if (simple && (same || apart))
      ASSERT_TRUE(done) << round << done.error().render();
  }
}

TEST_F(TensorTest, AllocatesNothing) {
  const Kernel sum = make("def f(a, b) = (a + b) * 1");
  Floats a(3000), b(30), y(3000), db(30);
  const ConstTensor inputs[] = {ConstTensor::of(a.data(), {100, 30}), ConstTensor::of(b)};
  const Tensor result = Tensor::of(y.data(), {100, 30}, {1, 100});
  const Tensor outputs[] = {result, Tensor::of(db)};
  const long before = allocationCount();
  Status forward = sum.forward(inputs, result);
  Status backward = sum.gradients(inputs, inputs[0], outputs);
  EXPECT_EQ(allocationCount(), before);
  ASSERT_OK(forward);
  ASSERT_OK(backward);
}

TEST_F(TensorTest, RandomCallsEqualOneElementAtATime) {
  runRandomCalls(
      {tested("x * 3"), tested("def f(a, b) = (a + b) * 2"),
       tested("def f(a, b, c; p: channel = 1, q = 2, r: channel = 3) = (a + b + c) * 0.5")},
      300);
}

} // namespace
} // namespace xphi::test
