// What has to hold for every text, well-formed or not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fuzz targets feed these with made-up texts, the replay test with kept ones. Each gives a
// complaint, empty if all is well; a crash, a leak or a hang speaks for itself.
#pragma once

#include <string>
#include <string_view>

namespace xphi::fuzz {

/// Reading, checking and rendering; a text is refused with at least one error, or evaluates.
std::string complaintOfFrontend(std::string_view text);

/// Printing and reading again gives the same program and the same text; formatting changes no
/// meaning, and nothing the second time.
std::string complaintOfRoundTrip(std::string_view text);

/// A program that the language accepts is accepted by the compiler, too, down to its derivatives.
std::string complaintOfDialect(std::string_view text);

} // namespace xphi::fuzz
