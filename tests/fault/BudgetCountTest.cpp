// What counts against a budget, and from when on it is spent: bytes that are only counted.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Budget.h"

#include <chrono>
#include <ctime>
#include <gtest/gtest.h>
#include <thread>

namespace xphi::compiler {
namespace {

constexpr std::int64_t megabyte = 1024 * 1024;
constexpr double longTime = 1e9;

class BudgetCountTest : public ::testing::TestWithParam<std::int64_t> {
protected:
  BudgetCountTest() { heldBytes = GetParam(); }
  ~BudgetCountTest() override { heldBytes = 0; }

  void hold(std::int64_t bytes) { heldBytes = GetParam() + bytes; }
};

// What the thread held before does not count; it may have freed more than it allocated.
INSTANTIATE_TEST_SUITE_P(HeldBefore, BudgetCountTest,
                         ::testing::Values(0, -7 * megabyte, 3, 5000 * megabyte));

TEST_P(BudgetCountTest, MemoryIsSpentByOneByteMoreThanTheLimit) {
  for (const std::uint64_t limit : {1u, 40u, 1024u}) {
    hold(0);
    Budget budget({longTime, limit});
    for (const std::int64_t held :
         {std::int64_t(0), -3 * megabyte, std::int64_t(limit) * megabyte}) {
      hold(held);
      EXPECT_FALSE(budget.spent()) << held;
      EXPECT_FALSE(budgetSpent()) << held;
    }
    hold(std::int64_t(limit) * megabyte + 1);
    EXPECT_TRUE(budget.spent());
    EXPECT_TRUE(budgetSpent());
    hold(0);
    EXPECT_TRUE(budget.spent()) << "once spent, always spent";
    const std::string message = budget.message();
    EXPECT_NE(message.find(" " + std::to_string(limit) + " MiB"), std::string::npos) << message;
    EXPECT_NE(message.find("Options::compileMegabytes"), std::string::npos) << message;
  }
}

TEST_P(BudgetCountTest, AQuarterMoreIsOverrunWithWhatIsAskedFor) {
  Budget budget({longTime, 40});
  hold(50 * megabyte);
  EXPECT_FALSE(budget.overrun(0));
  EXPECT_TRUE(budget.overrun(1));
  hold(50 * megabyte + 1);
  EXPECT_TRUE(budget.overrun(0));
  hold(0);
  EXPECT_FALSE(budget.overrun(50 * megabyte));
  EXPECT_TRUE(budget.overrun(50 * megabyte + 1));
  EXPECT_NE(budget.message().find("Options::compileSeconds"), std::string::npos)
      << "no memory is used up";
}

TEST_P(BudgetCountTest, TimeIsSpentWhateverTheMemory) {
  Budget budget({0, 40});
  EXPECT_TRUE(budget.spent());
  EXPECT_TRUE(budget.overrun(0));
  hold(100 * megabyte);
  EXPECT_NE(budget.message().find("Options::compileSeconds"), std::string::npos)
      << "what was used up first";
}

void work(double seconds) {
  timespec now = {};
  const auto used = [&] {
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
  };
  for (const double end = used() + seconds; used() < end;) {
  }
}

// Another task of the machine takes the processor: so does sleep.
TEST(BudgetCountTest, TimeIsTheProcessorsUnlessAThreadWaitsForEver) {
  using namespace std::chrono;
  constexpr double limit = 0.1;
  Budget idle({limit, 1024});
  const auto start = steady_clock::now();
  const auto passed = [&] { return duration<double>(steady_clock::now() - start).count(); };
  while (passed() < 2 * limit)
    std::this_thread::sleep_for(milliseconds(5));
  if (const bool isSpent = idle.spent(); passed() < 8 * limit) {
    EXPECT_FALSE(isSpent);
  }
  while (passed() < 8 * limit)
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(idle.spent());
}

TEST(BudgetCountTest, TimeIsThatOfBothThreads) {
  for (const bool beside : {false, true}) {
    Budget budget({0.1, 1024});
    EXPECT_FALSE(budget.spent());
    for (int i = 0; i != 2; ++i) // one second thread after the other
      if (beside)
        std::thread([&] {
          const Budget::Share share(budget);
          work(0.06);
        }).join();
      else
        work(0.06);
    EXPECT_TRUE(budget.spent()) << beside;
  }
  Budget budget({0.1, 1024});
  bool isSpent = false;
  std::thread([&] {
    const Budget::Share share(budget);
    work(0.11);
    isSpent = budget.spent(); // while it runs
  }).join();
  EXPECT_TRUE(isSpent);
}

TEST(BudgetCountTest, ABudgetIsOfItsThread) {
  EXPECT_FALSE(budgetSpent()) << "there is none";
  const Budget budget({0, 1});
  EXPECT_TRUE(budgetSpent());
  EXPECT_EQ(currentBudget(), &budget);
  std::thread([] {
    EXPECT_FALSE(budgetSpent());
    EXPECT_EQ(currentBudget(), nullptr);
  }).join();
}

// By turns, since each thread's count is what it last said.
TEST_P(BudgetCountTest, WhatASecondThreadHoldsCountsAsWell) {
  constexpr std::int64_t here[] = {10, 30, 30, 5}, there[] = {0, 10, 11, 11};
  Budget budget({longTime, 40});
  std::int64_t left = 0;
  for (int i = 0; i != 4; ++i) {
    hold(here[i] * megabyte);
    const bool before = budget.spent();
    EXPECT_FALSE(budget.overrun(0));
    std::thread([&] {
      heldBytes = -3; // it has freed what another had allocated
      const Budget::Share share(budget);
      EXPECT_EQ(currentBudget(), &budget);
      heldBytes += there[i] * megabyte;
      EXPECT_EQ(budgetSpent(), before || here[i] + there[i] > 40) << i;
      EXPECT_EQ(budget.overrun(0), here[i] + there[i] > 50) << i;
      left = heldBytes + 3;
    }).join();
    EXPECT_EQ(budget.spent(), i >= 2) << i;
    const std::int64_t own = heldBytes;
    budget.takeOver(left);
    EXPECT_EQ(heldBytes, own + left);
    EXPECT_FALSE(budget.overrun(std::size_t((50 - here[i] - there[i]) * megabyte))) << "once";
  }
}

} // namespace
} // namespace xphi::compiler
