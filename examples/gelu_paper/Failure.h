// How this program fails: a code that never changes its meaning, and what to do.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   P0001 data that is not there or not what it should be    P0004 a file that cannot be written
//   P0002 a damaged checkpoint                               P0005 an option that does not fit
//   P0003 a checkpoint of another experiment                 P0006 the folder is in use
// A mistake in an activation's text has xphi's own code and picture.
#pragma once

#include <xphi/Result.hpp>

#include <exception>
#include <string>
#include <utility>

namespace paper {

struct Failure : std::exception {
  explicit Failure(xphi::Error error) : error(std::move(error)) {}
  Failure(std::string code, std::string message)
      : Failure(xphi::Error(std::move(code), std::move(message))) {}
  const char *what() const noexcept override { return error.message().c_str(); }

  xphi::Error error;
};

inline void orFail(const xphi::Status &status) {
  if (!status)
    throw Failure(status.error());
}

} // namespace paper
