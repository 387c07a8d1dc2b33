// What a host does with engines and kernels besides calling them: moves them, keeps their bytes,
// fills caches, compiles in the background.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <atomic>
#include <chrono>
#include <new>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace xphi::test {
namespace {

class HostInterfaceTest : public Sandbox {};

using std::chrono::milliseconds;

TEST_F(HostInterfaceTest, AnEmptyKernelRefusesEveryCall) {
  Kernel moved = make("x * 3");
  const Kernel kept = std::move(moved);
  EXPECT_TRUE(kept);
  for (const Kernel &empty : {Kernel(), moved}) { // NOLINT(bugprone-use-after-move)
    EXPECT_FALSE(empty);
    const std::vector<float> x(3);
    std::vector<float> y(3);
    std::vector<std::uint8_t> mask(1);
    for (const Status &status :
         {empty.forward(x, y), empty.backward(x, x, y), empty.forward({x, x}, y),
          empty.backward({x, x}, x, y), empty.gradients({x}, x, {y}), empty.forward(x, y, {1.0f}),
          empty.forward(x, y, Kernel::Mask(mask)),
          empty.backward(std::span<const std::uint8_t>(mask), x, y),
          empty.forward(x.data(), y.data(), 3), empty.forwardCuda(nullptr, 4096, 4096, 1),
          empty.backwardCuda(nullptr, 4096, 4096, 4096, 1),
          empty.forward({x}, y, Kernel::Arguments()), empty.forward({}, {}, Kernel::Arguments())})
      EXPECT_CODE(status, "X2030");
    const ConstTensor tensor = ConstTensor::of(x);
    for (const Status &status :
         {empty.forward(tensor, Tensor::of(y)), empty.backward(tensor, tensor, Tensor::of(y)),
          empty.gradients({tensor}, tensor, {Tensor::of(y)})})
      EXPECT_CODE(status, "X2030");
    EXPECT_TRUE(empty.types().empty());
    EXPECT_CODE(empty.bytes(), "X2030");
    EXPECT_EQ(empty.name(), "");
    EXPECT_EQ(empty.program(), "");
    EXPECT_TRUE(empty.inputs().empty() && empty.parameters().empty() && empty.warnings().empty());
    EXPECT_FALSE(empty.hasBackward() || empty.isCuda());
    EXPECT_TRUE(empty.certificate().kept);
  }
}

TEST_F(HostInterfaceTest, EnginesMove) {
  Engine first(options());
  const auto kernel = first.compile("x * 3");
  ASSERT_OK(kernel);
  Engine second(std::move(first));
  EXPECT_EQ(second.compile("x * 3")->origin(), Origin::Memory);
  second = Engine(options());
  EXPECT_EQ(second.compile("x * 3")->origin(), Origin::Disk);
  Engine &itself = second;
  second = std::move(itself);
  EXPECT_TRUE(second.compile("x * 3"));

  // NOLINTBEGIN(bugprone-use-after-move)
  EXPECT_CODE(first.compile("x * 3"), "X2030");
  EXPECT_CODE(first.compile(input("x") * 3), "X2030");
  EXPECT_CODE(first.compileDoubleBackward("x * 3"), "X2030");
  const std::shared_future<Result<Kernel>> pending = first.compileAsync("x * 3");
  EXPECT_CODE(pending.get(), "X2030");
  EXPECT_CODE(first.load(""), "X2030");
  EXPECT_CODE(first.fillCache("x * 3"), "X2030");
  EXPECT_CODE(first.emit("x * 3", "object"), "X2030");
  EXPECT_CODE(first.enoughToKeep("x * 3"), "X2030");
  EXPECT_CODE(first.compilerVersion(), "X2030");
  EXPECT_CODE(first.cachedKernels(), "X2030");
  EXPECT_CODE(first.pruneCache(), "X2030");
  EXPECT_EQ(first.clearCache(), 0u);
  EXPECT_EQ(first.cacheStatistics().entries, 0u);
  EXPECT_EQ(first.options().cacheDirectory, "");
  // NOLINTEND(bugprone-use-after-move)
  EXPECT_EQ(atOne(*kernel), 3);
}

TEST_F(HostInterfaceTest, ResultsOfTemporariesDoNotDangle) {
  const auto text = [](bool good) {
    return good ? Result<std::string>(std::string(100, 'a'))
                : Result<std::string>(Error("X2013", "no"));
  };
  static_assert(std::is_same_v<decltype(*text(true)), std::string>);
  static_assert(std::is_same_v<decltype(text(true).value()), std::string>);
  static_assert(std::is_same_v<decltype(text(false).error()), Error>);
  const std::string &kept = *text(true), &other = text(true).value();
  const Error &error = text(false).error();
  EXPECT_EQ(kept, std::string(100, 'a'));
  EXPECT_EQ(other, kept);
  EXPECT_EQ(error.code(), "X2013");
  EXPECT_EQ(text(true).value_or("b"), kept);
  EXPECT_EQ(text(false).value_or("b"), "b");
  const Result<std::string> held = text(false);
  EXPECT_EQ(held.value_or("c"), "c");
}

TEST_F(HostInterfaceTest, ParametersInTheCallByOrderAndByName) {
  const Kernel one = make("def f(x; shift = 0.5) = x * 3"),
               two = make("def f(a, b; shift = 0.5, slope = 1) = a * 3", withAllGradients);
  const std::vector<float> x = {1, 2};
  std::vector<float> y(2);
  ASSERT_OK(one.forward(x, y, {4}));
  EXPECT_EQ(y, (std::vector<float>{7, 10}));
  ASSERT_OK(one.forward(x, y, {{"shift", 5}}));
  EXPECT_EQ(y, (std::vector<float>{8, 11}));
  ASSERT_OK(one.backward(x, x, y, {{"shift", 5}}));
  ASSERT_OK(two.forward({x, x}, y, {{"slope", 9}}));
  std::vector<float> byOrder(2);
  ASSERT_OK(two.forward({x, x}, byOrder, {0.5f, 9}));
  EXPECT_EQ(y, byOrder);
  std::vector<float> da(2), db(2), dshift(1), dslope(1);
  ASSERT_OK(two.gradients({x, x}, x, {da, db, dshift, dslope}, {{"slope", 2}, {"shift", 1}}));
  EXPECT_CODE(one.forward(x, y, {{"alpha", 1}}), "X2013");
  EXPECT_CODE(one.forward(x, y, {1, 2}), "X2012");
  EXPECT_CODE(two.gradients({x, x}, x, {da, db, dshift, dslope}, {1}), "X2012");
}

TEST_F(HostInterfaceTest, KernelsComeBackFromTheirBytes) {
  CompileOptions second, narrow, kept, sums = withAllGradients, forwardOnly;
  second.order = 2;
  narrow.target = "x86-64-v3";
  kept.keep = Keep::Output;
  forwardOnly.backward = false;
  const char *text = "def f(x; shift: channel = 0.5) = x * 3";
  for (const CompileOptions &each : {CompileOptions(), second, narrow, kept, sums, forwardOnly}) {
    const Kernel kernel = make(text, each);
    const Result<std::string> bytes = kernel.bytes();
    ASSERT_OK(bytes);
    Options alone;
    alone.compilerLibrary = FAKE_COMPILER;
    Engine other(alone);
    const auto loaded = other.load(*bytes);
    ASSERT_OK(loaded);
    EXPECT_EQ(loaded->origin(), Origin::Bytes);
    EXPECT_EQ(loaded->program(), kernel.program());
    EXPECT_EQ(loaded->target(), kernel.target());
    EXPECT_EQ(loaded->order(), kernel.order());
    EXPECT_EQ(loaded->keep(), kernel.keep());
    EXPECT_TRUE(std::ranges::equal(loaded->gradientNames(), kernel.gradientNames()));
    EXPECT_EQ(atOne(*loaded), atOne(kernel));
    EXPECT_TRUE(*loaded->bytes() == *bytes);
    EXPECT_EQ(other.load(*bytes)->origin(), Origin::Memory);
    EXPECT_EQ(other.compile(text, each)->origin(), Origin::Memory);
    EXPECT_EQ(other.cacheStatistics().compiles, 0u);
  }
}

/// Memory that knows what is taken from it, and may have an end.
struct CountedMemory {
  std::atomic<std::size_t> held{0}, pieces{0}, left{~std::size_t(0)};

  Allocator allocator() {
    return {[](void *self, std::size_t bytes, std::size_t alignment) -> void * {
              auto &counted = *static_cast<CountedMemory *>(self);
              if (counted.left < bytes)
                return nullptr;
              counted.held += bytes;
              ++counted.pieces;
              return ::operator new(bytes, std::align_val_t(alignment));
            },
            [](void *self, void *memory, std::size_t bytes, std::size_t alignment) {
              auto &counted = *static_cast<CountedMemory *>(self);
              counted.held -= bytes;
              --counted.pieces;
              ::operator delete(memory, bytes, std::align_val_t(alignment));
            },
            this};
  }
};

TEST_F(HostInterfaceTest, KernelsAreKeptInTheHostsMemory) {
  CountedMemory memory;
  Options chosen = options();
  chosen.allocator = memory.allocator();
  {
    Kernel kept, loaded;
    std::string bytes;
    {
      Engine engine(chosen);
      const auto kernel = engine.compile("x * 3");
      ASSERT_OK(kernel);
      bytes = *kernel->bytes();
      EXPECT_GE(memory.held, bytes.size());
      const std::size_t one = memory.held;
      ASSERT_OK(engine.compileLater("x * 45"));
      ASSERT_OK(engine.compile("x * 5"));
      EXPECT_GT(memory.held, one + bytes.size());
      kept = *kernel;
    }
    EXPECT_GE(memory.held, bytes.size());
    loaded = *Engine(chosen).load(bytes);
    EXPECT_EQ(atOne(kept) + atOne(loaded), 6);
    EXPECT_TRUE(*loaded.bytes() == bytes);
  }
  EXPECT_EQ(memory.held, 0u);
  EXPECT_EQ(memory.pieces, 0u);

  // None left, or too little: what is asked for fails, and nothing stays.
  for (const std::size_t left : {0, 3000}) {
    memory.left = left;
    Engine engine(chosen);
    EXPECT_CODE(engine.compile("x * 3"), "X2099");
    EXPECT_EQ(memory.held, 0u);
    memory.left = ~std::size_t(0);
    EXPECT_EQ(atOne(*engine.compile("x * 3")), 3);
  }
  EXPECT_EQ(memory.held, 0u);
}

TEST_F(HostInterfaceTest, BytesThatAreNotAsTheyWereAreRefused) {
  const std::string bytes = *make("x * 3").bytes();
  Engine engine(options());
  for (std::size_t at = 0; at < bytes.size(); at += 97) {
    std::string damaged = bytes;
    damaged[at] = char(damaged[at] ^ 0x40);
    EXPECT_CODE(engine.load(damaged), "X2006");
    EXPECT_CODE(engine.load(std::string_view(bytes).substr(0, at)), "X2006");
  }
  EXPECT_CODE(engine.load(bytes + "x"), "X2006");
  Options others = options();
  others.compilerLibrary = root / "another.so";
  std::filesystem::copy_file(FAKE_COMPILER, others.compilerLibrary);
  EXPECT_CODE(Engine(others).load(bytes), "X2003");
  EXPECT_TRUE(engine.load(bytes));
}

TEST_F(HostInterfaceTest, FillsTheCacheForOthers) {
  Engine engine(options());
  // With none named it is this processor's best, which may be x86-64-v3.
  std::vector<std::string> targets = {"", "cuda-sm_90"};
  if (engine.compile("x * 2")->target() != "x86-64-v3")
    targets.push_back("x86-64-v3");
  for (const std::string &target : targets) {
    CompileOptions wanted;
    wanted.target = target;
    const auto filled = engine.fillCache("x * 3", wanted),
               again = engine.fillCache("x * 3", wanted);
    ASSERT_OK(filled);
    ASSERT_OK(again);
    EXPECT_TRUE(*filled && !*again);
    EXPECT_EQ(Engine(options()).compile("x * 3", wanted)->origin(), Origin::Disk);
  }
  EXPECT_EQ(entries().size(), targets.size() + 1);

  // Also what the engine has in memory, but no longer on disk.
  ASSERT_TRUE(engine.compile("x * 3"));
  for (const auto &entry : entries())
    std::filesystem::remove(entry);
  EXPECT_EQ(engine.compile("x * 3")->origin(), Origin::Memory);
  EXPECT_TRUE(*engine.fillCache("x * 3"));
  EXPECT_EQ(entries().size(), 1u);

  EXPECT_CODE(engine.fillCache("x * ("), "X0006");
  EXPECT_CODE(engine.fillCache("x * 42"), "X1042");
  EXPECT_CODE(engine.fillCache("x * 3", {.target = "vax"}), "X2004");
  EXPECT_CODE(engine.fillCache("x * 48", {.accuracy = Accuracy::required()}), "X1101");
  Options nowhere = options();
  nowhere.cacheDirectory = "";
  EXPECT_CODE(Engine(nowhere).fillCache("x * 3"), "X2033");
  nowhere.cacheDirectory = "/proc/nowhere";
  EXPECT_CODE(Engine(nowhere).fillCache("x * 3"), "X2033");
}

TEST_F(HostInterfaceTest, CompilesInTheBackground) {
  Engine engine(options());
  // It takes 0.3 s; a machine that is busy may not come back to this thread for as long.
  bool returnsBeforeItIsDone = false;
  for (std::string text = "x * 45"; text.size() < 40; text = "x + " + text)
    returnsBeforeItIsDone |=
        engine.compileAsync(text).wait_for(milliseconds(0)) == std::future_status::timeout;
  EXPECT_TRUE(returnsBeforeItIsDone);
  const auto slow = engine.compileAsync("x * 45"), wrong = engine.compileAsync("x * (");
  ASSERT_OK(slow.get());
  EXPECT_EQ(atOne(*slow.get()), 45);
  EXPECT_CODE(wrong.get(), "X0006");
  EXPECT_EQ(engine.compileAsync("x * 45").get()->origin(), Origin::Memory);

  std::vector<std::shared_future<Result<Kernel>>> many;
  for (int i = 100; i != 160; ++i)
    many.push_back(engine.compileAsync("x * " + std::to_string(i)));
  for (int i = 100; i != 160; ++i)
    EXPECT_EQ(atOne(*many[std::size_t(i - 100)].get()), float(i));
}

std::size_t threadsOfThisProcess() {
  return std::size_t(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

TEST_F(HostInterfaceTest, NoMoreThreadsThanAllowedAndNoneWhenIdle) {
  Options one = options();
  one.compileThreads = 1;
  Engine engine(one);
  const std::size_t before = threadsOfThisProcess();
  std::vector<std::shared_future<Result<Kernel>>> many;
  for (const char *text : {"x * 45", "x + x * 45", "x - x * 45"})
    many.push_back(engine.compileAsync(text));
  EXPECT_EQ(threadsOfThisProcess(), before + 1);
  for (auto &each : many)
    ASSERT_OK(each.get());
  for (int i = 0; i != 1000 && threadsOfThisProcess() != before; ++i)
    std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(threadsOfThisProcess(), before);
}

TEST_F(HostInterfaceTest, AnEngineThatGoesEndsWhatWaits) {
  std::vector<std::shared_future<Result<Kernel>>> many;
  {
    Options one = options();
    one.compileThreads = 1;
    Engine engine(one);
    const int before = compilerCalls();
    for (std::string text = "x * 45"; text.size() < 100; text = "x + " + text)
      many.push_back(engine.compileAsync(text));
    while (compilerCalls() == before)
      std::this_thread::sleep_for(milliseconds(1));
  }
  ASSERT_OK(many.front().get());
  EXPECT_CODE(many.back().get(), "X2032");
}

TEST_F(HostInterfaceTest, AChildCompilesInTheBackgroundAnew) {
  Engine engine(options());
  const auto inParent = engine.compileAsync("x * 45");
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    const auto own = engine.compileAsync("x * 3");
    const bool good = own.get() && atOne(*own.get()) == 3;
    engine = Engine(options()); // does not wait for the parent's threads
    ::_exit(good ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ASSERT_OK(inParent.get());
}

} // namespace
} // namespace xphi::test
