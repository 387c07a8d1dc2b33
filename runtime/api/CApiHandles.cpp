// Handles: errors with their diagnostics, kernels with their certificates.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CApiHandles.h"

#include "Variables.h"
#include "abi/Certificate.h"

struct xphi_error::Contents {
  explicit Contents(const xphi::Error &given)
      : error(given), text(given.render()), coloured(given.render(true)),
        diagnostics(toC(error.diagnostics())) {}

  const xphi::Error error;
  const std::string text, coloured;
  const std::vector<xphi_diagnostic> diagnostics;
};

std::vector<xphi_diagnostic> toC(std::span<const xphi::Diagnostic> given) {
  std::vector<xphi_diagnostic> all;
  for (const xphi::Diagnostic &each : given)
    all.push_back({sizeof(xphi_diagnostic), each.code.c_str(), each.message.c_str(),
                   each.file.c_str(), each.line, each.column, each.endColumn});
  return all;
}

namespace {

xphi_certificate toC(const xphi::Certificate &all, const std::string &text) {
  return {sizeof(xphi_certificate),
          nameOf(all.unit).data(),
          nameOf(all.method).data(),
          text.c_str(),
          all.bound,
          all.points,
          all.skipped,
          all.kept,
          all.worst.error,
          all.worst.right,
          all.worst.got,
          all.worst.output.c_str(),
          all.worst.inputs.data(),
          all.worst.parameters.data(),
          all.worst.inputs.size(),
          all.worst.parameters.size(),
          all.reason.c_str(),
          all.zero.output.c_str(),
          all.zero.inputs.data(),
          all.zero.parameters.data(),
          all.zero.inputs.size(),
          all.zero.parameters.size(),
          all.zero.got,
          nameOf(all.tier).data(),
          all.pieces.size(),
          all.code.c_str()};
}

std::vector<xphi_certificate_piece> toC(const std::vector<xphi::Certificate::Piece> &given) {
  std::vector<xphi_certificate_piece> all;
  for (const xphi::Certificate::Piece &each : given)
    all.push_back({sizeof(xphi_certificate_piece), each.output.c_str(), nameOf(each.unit).data(),
                   nameOf(each.method).data(), each.fit.c_str(), each.bound, each.points, each.low,
                   each.high, each.isOfDefaults, each.input.c_str(), each.mostOther});
  return all;
}

constinit xphi_error outOfMemoryError{"X2099", "out of memory", "error [X2099]: out of memory\n",
                                      "error [X2099]: out of memory\n", nullptr};

} // namespace

xphi_kernel::xphi_kernel(xphi::Kernel compiled)
    : kernel(std::move(compiled)), text(kernel.certificate().text()),
      warnings(toC(kernel.warnings())), certificate(toC(kernel.certificate(), text)),
      pieces(toC(kernel.certificate().pieces)) {}

namespace xphi::c {

xphi_error *outOfMemory() { return &outOfMemoryError; }

xphi_error *handle(const Error &error) {
  auto contents = std::make_unique<const xphi_error::Contents>(error);
  return new xphi_error{contents->error.code().c_str(), contents->error.message().c_str(),
                        contents->text.c_str(), contents->coloured.c_str(), std::move(contents)};
}

Error isNull(const char *what) {
  return Error("X2017", std::string("the ") + what + " handed to xphi is a null pointer");
}

static_assert(XPHI_KEEP_NOTHING == static_cast<int>(Keep::Nothing) &&
              XPHI_KEEP_MASK == static_cast<int>(Keep::Mask) &&
              XPHI_KEEP_Y == static_cast<int>(Keep::Output));

Result<CompileOptions> toOptions(const xphi_compile_options *given) {
  const xphi_compile_options own = read(given);
  CompileOptions options;
  options.function = orEmpty(own.function);
  options.target = orEmpty(own.target);
  if (own.file_name)
    options.fileName = own.file_name;
  options.importRoot = orEmpty(own.import_root);
  options.order = own.order;
  options.backward = own.no_backward == 0;
  options.derivative = separated(orEmpty(own.derivative));
  options.gradients = separated(orEmpty(own.gradients));
  options.targetInNames = own.target_in_names != 0;
  options.namePrefix = orEmpty(own.name_prefix);
  if (own.keep > XPHI_KEEP_NOTHING)
    return Error("X1008", "keep is one of XPHI_KEEP_X, XPHI_KEEP_Y, XPHI_KEEP_MASK and "
                          "XPHI_KEEP_NOTHING, not " +
                              std::to_string(own.keep));
  options.keep = static_cast<Keep>(own.keep);
  for (const std::string &name : separated(orEmpty(own.types))) {
    const std::optional<ElementType> type = elementTypeOf(name);
    if (!type)
      return Error("X2031", "there is no type '" + name + "'; there are " + elementTypeNames());
    options.types.push_back(*type);
  }
  if (own.reproducible)
    options.accuracy = Accuracy::reproducible();
  if (own.accuracy) {
    const std::optional<Accuracy> accuracy = Accuracy::named(own.accuracy);
    if (!accuracy)
      return Error("X2036", std::string("there is no accuracy '") + own.accuracy +
                                "'; there are accurate, reproducible, fast, exact and ulp:K");
    options.accuracy = *accuracy;
  }
  if (own.require)
    options.accuracy = options.accuracy.orError();
  return options;
}

Status give(Result<Kernel> kernel, xphi_kernel **place) {
  if (!kernel)
    return kernel.error();
  *place = new xphi_kernel(*std::move(kernel));
  return {};
}

Status give(Result<std::string> contents, xphi_bytes **place) {
  if (!contents)
    return contents.error();
  *place = new xphi_bytes{*std::move(contents)};
  return {};
}

} // namespace xphi::c

using namespace xphi::c;

extern "C" {

const char *xphi_error_code(const xphi_error *error) { return error ? error->code : nullptr; }
const char *xphi_error_message(const xphi_error *error) { return error ? error->message : nullptr; }
const char *xphi_error_text(const xphi_error *error) { return error ? error->text : nullptr; }
const char *xphi_error_coloured_text(const xphi_error *error) {
  return error ? error->coloured : nullptr;
}
size_t xphi_error_diagnostic_count(const xphi_error *error) {
  return error && error->contents ? error->contents->diagnostics.size() : 0;
}
const xphi_diagnostic *xphi_error_diagnostic(const xphi_error *error, size_t index) {
  return index < xphi_error_diagnostic_count(error) ? &error->contents->diagnostics[index]
                                                    : nullptr;
}
void xphi_error_free(xphi_error *error) {
  if (error != &outOfMemoryError)
    delete error;
}

const char *xphi_bytes_data(const xphi_bytes *bytes) {
  return bytes ? bytes->contents.c_str() : nullptr;
}
size_t xphi_bytes_size(const xphi_bytes *bytes) { return bytes ? bytes->contents.size() : 0; }
void xphi_bytes_free(xphi_bytes *bytes) { delete bytes; }

} // extern "C"
