// A compiler library that compiles nothing: it hands out prebuilt artifacts, patched.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// It understands `x * <number>`, and some numbers make it misbehave (FakeCompiler.h). That is
// enough to test everything around the compiler: cache, faults, threads, processes, errors.
#include "FakeCompiler.h"

#include "compiler/CompilerApi.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <xmmintrin.h>

namespace {

std::atomic<int> calls{0};
std::atomic<int> live{0};

struct Owner {
  std::string data, diagnostics, code, timings;
};

std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "(x, y; a = 1)" of the last definition: how many names stand before and after the semicolon.
std::string artifactPath(std::string_view program, bool cuda) {
  const std::size_t open = program.find('(', program.rfind("def "));
  const std::string_view signature = program.substr(open, program.find(')', open) - open);
  const std::size_t semicolon = std::min(signature.find(';'), signature.size());
  const auto commas = std::count(signature.begin(), signature.begin() + long(semicolon), ',');
  return std::string(FAKE_ARTIFACTS) + "/fake-artifact-" + (cuda ? "cuda-" : "cpu-") +
         std::to_string(commas + 1) + "-" + (semicolon < signature.size() ? "1" : "0") + ".so";
}

float scaleOf(const std::string &program) {
  const std::size_t star = program.rfind("* ");
  return star == std::string::npos ? 1 : std::strtof(program.c_str() + star + 2, nullptr);
}

std::string artifactFor(const xphi_compile_request &request, float scale) {
  std::string bytes =
      readFile(artifactPath(request.program, std::strncmp(request.target, "cuda", 4) == 0));
  const std::size_t tag = bytes.find("PATCH-SCALE:");
  if (tag != std::string::npos)
    std::memcpy(bytes.data() + tag + 12, &scale, sizeof scale);
  return bytes;
}

} // namespace

int fake_compiler_calls() { return calls; }
int fake_compiler_live_replies() { return live; }

int xphi_compiler_run(const xphi_compile_request *request, xphi_compile_reply *reply) {
  ++calls;
  ++live;
  const float scale = scaleOf(request->program);
  auto *owner = new Owner{{}, {}, {}, "{\"fake\":0.5}"};
  if (request->abi != XPHI_COMPILER_ABI || scale == scaleRefused) {
    owner->code = "X1042";
    owner->diagnostics = "X1042: refused on purpose\n";
  } else if (std::strcmp(request->emit, "shared") != 0) {
    owner->data = std::string(request->emit) + " of " + request->symbol + " for " + request->target;
  } else if (scale == scaleGarbage) {
    owner->data = "not an ELF file at all";
  } else if (scale != scaleSilent) {
    if (scale == scaleSlow)
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (scale == scaleFlushing)
      _mm_setcsr(_mm_getcsr() | 0x8040);
    owner->data = artifactFor(*request, scale);
  }
  *reply = {owner->data.data(),  owner->data.size(),     owner->diagnostics.c_str(),
            owner->code.c_str(), owner->timings.c_str(), owner};
  return owner->data.empty();
}

void xphi_compiler_release(xphi_compile_reply *reply) {
  if (reply->owner)
    --live;
  delete static_cast<Owner *>(reply->owner);
  *reply = {};
}

const char *xphi_compiler_version() { return "fake compiler 1"; }
