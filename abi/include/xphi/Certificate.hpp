// What a kernel promises about its errors, how that is known, and what a check of it found.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every kernel for this machine is run and compared with the true results, to hundreds of bits, of
// the program as it is written, before it leaves the compiler. Functions of the library are checked
// when xphi is built, at more points. docs/certificates.md says what is proved, docs/accuracy.md
// where kernels are checked, and what counts as right.
#pragma once

#include <xphi/Export.hpp>
#include <xphi/Tier.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace xphi {

struct XPHI_API Certificate {
  /// In what errors are counted.
  enum class Unit {
    Ulp,      ///< the spacing of floats in the binade of the true result
    Terms,    ///< for derivatives: of the larger of the true result and the largest term it sums
    Relative, ///< a part of the largest of the true result, of a derivative's terms, and of 2^-14
  };
  /// How a bound is known.
  enum class Method {
    None,       ///< not at all: the kernel is for another machine or a device
    Checked,    ///< by measuring at `points` points
    Exhaustive, ///< by running the machine code at every element that there is
    Proved,     ///< for every element, from the operations' roundings and Taylor models over Arb
  };
  /// The result that is furthest off.
  struct Worst {
    std::vector<double> inputs;    ///< empty where no error was recorded
    std::vector<float> parameters; ///< all of them, in order
    std::string output;            ///< "value", or "gradient in alpha"
    double error = 0;              ///< in units; infinite where NaN or an infinity came out wrong
    double got = 0;
    double right = 0;
  };
  /// A zero whose sign is not that of the function just beside it, as +0 for x + 0 at -0.
  struct Zero {
    std::vector<float> inputs; ///< empty where none was found
    std::vector<float> parameters;
    std::string output;
    float got = 0;
  };
  /// What is known of one output where the input is in a range. Of the pieces of an output the
  /// first that has the input counts; the last has all.
  struct Piece {
    std::string output;
    float low = -std::numeric_limits<float>::infinity(); ///< both ends are of the piece
    float high = std::numeric_limits<float>::infinity();
    double bound = 4; ///< in units; of backward's results with dy = 1
    Unit unit = Unit::Ulp;
    Method method = Method::None;
    std::size_t points = 0;
    /// The fit, with its table, or the operations, in a form of their own, by which `xphi certify`
    /// proves it again; of what is only checked, by which it may prove more.
    std::string fit;
    bool isOfDefaults = false; ///< all this where the parameters are what they are by default
    /// Of two inputs, the one whose range this is, where the other is from 1 / `mostOther` to
    /// `mostOther`, or the negative of that; else empty.
    std::string input = {};
    float mostOther = 0;
  };

  Tier tier = Tier::Accurate;
  Unit unit = Unit::Ulp;
  double bound = 4;             ///< what is promised, in units
  Method method = Method::None; ///< of the whole
  std::size_t points = 0;
  std::size_t skipped = 0; ///< results that there was nothing to compare with
  bool kept = true;        ///< false: an error above the bound was found
  Worst worst;
  Zero zero; ///< noted; it breaks no promise and is no warning
  std::vector<Piece> pieces;
  std::string code; ///< a hash of the machine code that all this is about, 32 digits
  /// Of a promise that is not kept: why the function is evaluated as it is, operation by operation:
  /// "not in f32: the terms of sin(x) - x may cancel".
  std::string reason;

  /// In a sentence: "within 4 ulp, checked at 714 points; the worst is 1.92, value at -0.119; value
  /// proved within 3.71 ulp from -5.25 to 5.25".
  [[nodiscard]] std::string text() const;
};

} // namespace xphi
