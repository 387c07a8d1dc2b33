// A certificate that was issued before, checked again: its code, its proofs, the machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nothing is compiled, and nothing is believed but the program's text. The hash says whether the
// certificate is of this code. What is proved is proved again from the fit's table and the text
// (approx/FitProof.h), and the machine code has to give the very bits of that fit. All outputs are
// compared with Arb at points that nobody has seen before; of one input of at most 16 bits at all.
#ifndef XPHI_COMPILER_CHECK_CERTIFICATION_H
#define XPHI_COMPILER_CHECK_CERTIFICATION_H

#include "check/KernelCheck.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace xphi::compiler {

struct Certification {
  Certificate found;         ///< what was seen this time, with the bounds that were proved
  std::string code, message; ///< what is wrong: X1101 to X1103, X2003, X2005, X2006; else empty
};

/// A kernel of a library made ahead of time.
struct LibraryCode {
  std::string description; ///< what an artifact says of itself
  std::string function;    ///< the C function of the forward kernel
  /// Makes the library a shared object, and the entries around its functions (codegen/EntriesOfC.h)
  /// another; returns an empty text, or what went wrong.
  std::function<std::string(const CheckedFunction &, std::string &library, std::string &entries)>
      link;
};

/// Of an artifact as the compiler makes them. Points are random, from `seed`; 0: as many as take
/// about a second; of more than that as many as half of these seconds allow. Thread-safe.
Certification certifyAgain(std::string_view artifact, std::uint64_t seed, std::size_t points,
                           double seconds = HUGE_VAL);

/// The same of a library's function, but for the hash: the certificate is of an artifact with the
/// same kernel.
Certification certifyAgain(const LibraryCode &library, std::uint64_t seed, std::size_t points,
                           double seconds = HUGE_VAL);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_CERTIFICATION_H
