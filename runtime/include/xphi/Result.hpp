// A value or an Error: how everything in xphi fails. Nothing throws, prints or aborts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `if (!result) report(result.error().render());` is the whole protocol. Looking at the value of a
// failed result, or at the error of a good one, is undefined, as it is for std::optional's
// operator*.
#pragma once

#include <xphi/Export.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace xphi {

/// One mistake in a program, or a warning, as a place and as a picture.
struct Diagnostic {
  std::string code;       ///< stable, e.g. "X0007"
  std::string message;    ///< one line, without place
  std::string file;       ///< the name given to the text
  unsigned line = 0;      ///< from 1; 0 when the mistake has no place
  unsigned column = 0;    ///< from 1, in characters
  unsigned endColumn = 0; ///< one past the last character of the range
};

/// What went wrong. `code` never changes its meaning. X0001-X0999: the program; X1000-X1999: the
/// compiler; X3000-X3999: the command; from the runtime:
///   X2000 processor below x86-64-v3     X2010 lengths differ         X2017 null pointer
///   X2001 no compiler library           X2011 partial overlap        X2018 unaligned on the device
///   X2002 no CUDA driver                X2012 number of parameters   X2019 the kernel failed
///   X2003 library of another build      X2013 unknown parameter      X2020 CUDA driver call failed
///   X2004 unknown target                X2014 number of inputs       X2021 no suitable CUDA device
///   X2005 target does not run here      X2015 compiled without       X2022 PTX refused
///   X2006 kernel cannot be loaded             its backward kernel    X2099 out of memory
///   X2007 compiler gave no reason       X2016 CPU call of a CUDA
///   X2008 no such definition                  kernel or the reverse
///   X2009 too many operands      X2023 number of gradients    X2024 no such variable
///   X2025 channels do not fit    X2026 no parameter gradients on CUDA
///   X2027 two orders of derivative             X2028 a call that another Keep belongs to
///   X2029 forked in the middle of a compile    X2030 an empty Kernel, or an Engine moved from
///   X2031 types that do not fit                X2032 an engine that is gone
///   X2033 no cache folder to fill              X2034 no tensor that a call can use
///   X2035 no beginning of a name in C
///   X2048 a kernel that is not compiled yet
///   X2040 cache folder that others may write
class [[nodiscard]] XPHI_API Error {
public:
  Error(std::string code, std::string message);
  /// With mistakes that have places, and the excerpt with carets already drawn, plain and in
  /// colour.
  Error(std::vector<Diagnostic> diagnostics, std::string picture, std::string colouredPicture);

  const std::string &code() const noexcept XPHI_LIFETIMEBOUND { return errorCode; }
  const std::string &message() const noexcept XPHI_LIFETIMEBOUND { return text; }
  /// All mistakes of a program; empty for errors that are not about a place in a program.
  const std::vector<Diagnostic> &diagnostics() const noexcept XPHI_LIFETIMEBOUND { return places; }
  /// The text to show to a person, ending with a newline; `colour` adds ANSI colours.
  [[nodiscard]] std::string render(bool colour = false) const;

private:
  std::string errorCode, text, picture, colouredPicture;
  std::vector<Diagnostic> places;
};

/// Either a T or an Error. Of a temporary, `*` and value() give the T itself, not a reference that
/// would dangle.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : content(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const noexcept { return content.index() == 0; }
  bool ok() const noexcept { return content.index() == 0; }

  T &operator*() & noexcept XPHI_LIFETIMEBOUND { return *std::get_if<0>(&content); }
  const T &operator*() const & noexcept XPHI_LIFETIMEBOUND { return *std::get_if<0>(&content); }
  T operator*() && noexcept { return std::move(*std::get_if<0>(&content)); }
  T *operator->() noexcept XPHI_LIFETIMEBOUND { return std::get_if<0>(&content); }
  const T *operator->() const noexcept XPHI_LIFETIMEBOUND { return std::get_if<0>(&content); }

  /// The same as `*`.
  T &value() & noexcept XPHI_LIFETIMEBOUND { return **this; }
  const T &value() const & noexcept XPHI_LIFETIMEBOUND { return **this; }
  T value() && noexcept { return *std::move(*this); }
  /// The value, or `other` in place of an error.
  T value_or(T other) const & { return ok() ? **this : std::move(other); }
  T value_or(T other) && { return ok() ? *std::move(*this) : std::move(other); }

  const Error &error() const & noexcept XPHI_LIFETIMEBOUND { return *std::get_if<1>(&content); }
  Error error() && noexcept { return std::move(*std::get_if<1>(&content)); }

private:
  std::variant<T, Error> content;
};

/// Done, or an Error. Being done costs no allocation, so kernels return it from every call.
template <> class [[nodiscard]] Result<void> {
public:
  Result() noexcept = default;
  Result(Error error) : failure(std::make_shared<const Error>(std::move(error))) {}

  explicit operator bool() const noexcept { return !failure; }
  bool ok() const noexcept { return !failure; }
  const Error &error() const & noexcept XPHI_LIFETIMEBOUND { return *failure; }
  Error error() && noexcept { return *failure; }

private:
  std::shared_ptr<const Error> failure;
};

using Status = Result<void>;

} // namespace xphi
