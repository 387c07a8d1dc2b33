// A kernel at random floats against the truth: right, said by its certificate to be wrong, silent.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program is right where its value and its first derivatives are within 4 ulp (of the largest
// term, for derivatives) at all the points, said where they are not and its certificate says that
// the promise is not kept, and silent where it does not.
#pragma once

#include "dsl/Ast.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {

using Point = std::vector<float>; ///< a number for each input

/// Finite floats: of all bit patterns, of common magnitudes, and between the numbers given. The
/// same for the same seed on every machine.
class RandomPoints {
public:
  RandomPoints(std::size_t inputs, std::vector<double> numbers, std::uint64_t seed)
      : inputs(inputs), numbers(std::move(numbers)), random(seed) {}
  Point next();

private:
  float number();

  std::size_t inputs, made = 0;
  std::vector<double> numbers;
  std::mt19937_64 random;
};

/// The numbers that a program names, and their opposites.
std::vector<double> numbersIn(const dsl::Program &program);

struct Judgement {
  enum class Kind { Right, Said, Silent } kind;
  double ulp;              ///< the worst, infinite where NaN or an infinity is wrong
  std::string where;       ///< "gradient at 0x1p+3: got 0x1p-1, not 0.25"
  std::string certificate; ///< in a sentence

  std::string text() const;
};

/// How many bits the truth may take, and what is asked: `Deep` is 8192 in place of 768, and where
/// there is no number for certain a kernel must give none.
enum class Depth { AsTheCheck, Deep };

/// Of a program without parameters. Its kernel is compiled anew; what does not compile is a failure
/// of the test, and silent.
Judgement judge(const std::string &text, const std::vector<Point> &points,
                Depth depth = Depth::AsTheCheck);

struct JudgementCount {
  int all = 0, right = 0, said = 0, silent = 0;

  void add(Judgement::Kind kind);
  /// Adds it; a failure of the test where it is silent. What is not right is printed if it is
  /// asked for.
  void expectSaid(const Judgement &judged, std::uint64_t seed, const std::string &text,
                  bool isListed);
  std::string text(const std::string &subject) const;
};

} // namespace xphi::numerics
