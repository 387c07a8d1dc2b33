// Numbers on the command line and in JSON: decimals and hex floats, read exactly and written so
// that nothing is lost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace xphi::command {

/// The float nearest to a decimal, a hex float, "nan", "inf" or "-inf"; X3003 for anything else.
Result<float> readFloat(std::string_view text);

/// Points separated by commas; the inputs of one point, where there are several, by colons: "0,1"
/// or "0:1,2:3". Every point has `inputs` coordinates. Of a function of one input a point may be a
/// range, "-3:3:0.5": from, to (which is there if the steps meet it), step. Numbers are rounded to
/// floats, or where `doubles` is set to doubles.
Result<std::vector<std::vector<double>>> readPoints(std::string_view text, std::size_t inputs,
                                                    bool doubles = false);

/// "-0x1.6p+2", "nan", "inf".
std::string hexFloat(double value);
/// The shortest decimal that reads back as this float, or as this double.
std::string shortest(float value);
std::string shortest(double value);

} // namespace xphi::command
