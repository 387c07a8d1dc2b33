// A compiler library that compiles nothing: it hands out prebuilt artifacts, patched.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of a program it understands the last definition's signature and the number behind the last `*`;
// the artifact does the rest (FakeArtifact.c). Some numbers make it misbehave (FakeCompiler.h).
// That is enough to test everything around the compiler: cache, faults, threads, processes, errors.
#include "FakeCompiler.h"
#include "FakePatch.h"

#include "abi/Artifact.h"
#include "abi/CompilerApi.h"
#include "abi/KernelSpec.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
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

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view part = list.substr(0, comma);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    parts.emplace_back(part);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

std::string quoted(const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "\"" : ",\"") + name + "\"";
  return "[" + list + "]";
}

std::string inOneLine(const std::string &lines) {
  std::string text;
  for (const char character : lines)
    text += character == '\n' ? "\\n" : std::string(1, character);
  return text;
}

/// "(x, y; a: channel = 1)" of the last definition.
struct Signature {
  std::string name;
  std::vector<std::string> inputs, parameters;
  std::uint32_t channels = 0;

  explicit Signature(std::string_view program) {
    const std::size_t start = program.rfind("def ") + 4, open = program.find('(', start) + 1;
    name = program.substr(start, open - 1 - start);
    const std::string_view list = program.substr(open, program.find(')', open) - open);
    const std::size_t semicolon = std::min(list.find(';'), list.size());
    inputs = split(list.substr(0, semicolon));
    for (const std::string &each : split(list.substr(std::min(semicolon + 1, list.size())))) {
      channels |= std::uint32_t(each.find(": channel") != std::string::npos) << parameters.size();
      parameters.push_back(each.substr(0, each.find_first_of(":= ")));
    }
  }

  std::int32_t position(const std::string &name) const {
    const auto input = std::ranges::find(inputs, name);
    return std::int32_t(input != inputs.end()
                            ? input - inputs.begin()
                            : std::ranges::find(parameters, name) - parameters.begin() +
                                  std::ptrdiff_t(inputs.size()));
  }

  std::string info(const xphi::KernelSpec &spec, const std::string &promise) const {
    std::string described;
    for (std::size_t i = 0; i != parameters.size(); ++i)
      described += (i ? ",{\"name\":\"" : "{\"name\":\"") + parameters[i] +
                   "\",\"channel\":" + (channels >> i & 1 ? "true}" : "false}");
    return "{\"abi\":" + std::to_string(xphi::artifactAbi) + ",\"inputs\":" + quoted(inputs) +
           ",\"parameters\":[" + described + "],\"promise\":" + promise + ",\"spec\":\"" +
           inOneLine(spec.print()) + "\"}";
  }
};

float scaleOf(const std::string &program) {
  const std::size_t star = program.rfind("* ");
  return star == std::string::npos ? 1 : std::strtof(program.c_str() + star + 2, nullptr);
}

template <typename Bytes> void patch(std::string &bytes, std::string_view tag, Bytes with) {
  const std::size_t at = bytes.find(tag);
  if (at != std::string::npos)
    std::memcpy(bytes.data() + at, with.data(), with.size());
}

std::string promiseOf(float scale) {
  if (scale != scaleKept && scale != scaleBroken)
    return "null";
  const bool kept = scale == scaleKept;
  return std::string(R"({"unit":"terms","bound":4,"method":"checked","points":300,"skipped":2,)") +
         R"("kept":)" + (kept ? "true" : "false") +
         R"(,"worst":{"x":"0x1.8p+0","output":"value","error":)" + (kept ? "1.5" : "512") +
         R"(,"got":"0x1p+6","right":72},"code":"c0de","pieces":[)" +
         R"({"output":"value","low":"-0x1.8p+1","high":"inf","bound":3.5,"unit":"ulp",)" +
         R"("method":"proved","points":0,"defaults":false,"fit":"a fit"},{"output":"value","low":"-inf",)" +
         R"("high":"inf","bound":4,"unit":"ulp","method":"checked","points":300,)" +
         R"("defaults":false,"fit":""}]})";
}

std::string artifactFor(const xphi::KernelSpec &spec, float scale) {
  const bool cuda = spec.target.starts_with("cuda");
  std::string bytes =
      readFile(std::string(FAKE_ARTIFACTS) + "/fake-artifact-" + (cuda ? "cuda" : "cpu") + ".so");
  const Signature signature(spec.program);
  const std::vector<std::string> &gradients = spec.gradients;
  FakePatch numbers{"PATCH-SCALE",
                    scale,
                    std::int32_t(signature.inputs.size()),
                    std::int32_t(signature.parameters.size()),
                    signature.channels,
                    std::int32_t(gradients.size()),
                    {}};
  if (gradients.size() > std::size(numbers.gradients) ||
      signature.parameters.size() > maxParameters)
    return {}; // a compilation that fails
  for (std::size_t i = 0; i != gradients.size(); ++i)
    numbers.gradients[i] = signature.position(gradients[i]);
  patch(bytes, "PATCH-SCALE",
        std::string_view(reinterpret_cast<const char *>(&numbers), sizeof numbers));
  patch(bytes, "PATCH-INFO:", signature.info(spec, promiseOf(scale)) + '\0');
  return bytes;
}

} // namespace

int fake_compiler_calls() { return calls; }
int fake_compiler_live_replies() { return live; }

int xphi_compiler_run(const xphi_compile_request *request, xphi_compile_reply *reply) {
  ++calls;
  ++live;
  const xphi::KernelSpec spec = xphi::KernelSpec::parse(request->spec).value();
  const float scale = scaleOf(spec.program);
  auto *owner = new Owner{{}, {}, {}, "{\"fake\":0.5}"};
  if (request->abi != XPHI_COMPILER_ABI || scale == scaleRefused) {
    owner->code = "X1042";
    owner->diagnostics = "X1042: refused on purpose\n";
  } else if (std::strcmp(request->emit, "artifact") != 0) {
    owner->data =
        std::string(request->emit) + " of " + Signature(spec.program).name + " for " + spec.target;
  } else if (scale == scaleGarbage) {
    owner->data = "not an ELF file at all";
  } else if (scale != scaleSilent) {
    if (scale == scaleSlow)
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (scale == scaleFlushing)
      _mm_setcsr(_mm_getcsr() | 0x8040);
    owner->data = artifactFor(spec, scale);
  }
  *reply = {owner->data.data(),  owner->data.size(),     owner->diagnostics.c_str(),
            owner->code.c_str(), owner->timings.c_str(), owner};
  return owner->data.empty();
}

int xphi_compiler_join(const xphi_join_request *request, xphi_compile_reply *reply) {
  ++live;
  auto *owner =
      new Owner{std::string(request->kind) + " of " + std::to_string(request->count), {}, {}, "{}"};
  *reply = {owner->data.data(),  owner->data.size(),     owner->diagnostics.c_str(),
            owner->code.c_str(), owner->timings.c_str(), owner};
  return 0;
}

void xphi_compiler_release(xphi_compile_reply *reply) {
  if (reply->owner)
    --live;
  delete static_cast<Owner *>(reply->owner);
  *reply = {};
}

const char *xphi_compiler_version() { return "fake compiler 1"; }
