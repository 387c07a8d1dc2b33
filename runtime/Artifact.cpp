// Resolves and checks the exports listed in ArtifactAbi.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Artifact.h"

#include "CudaBindings.h"

#include <nlohmann/json.hpp>

namespace xphi {
namespace {

Status checkInfo(const std::string &text, const ArtifactWish &wish) {
  using Json = nlohmann::json;
  const Json info = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto is = [&](const char *key, std::size_t wanted) {
    return info.contains(key) && info[key].is_number_unsigned() &&
           info[key].get<std::size_t>() == wanted;
  };
  if (!info.is_object() || !is("abi", artifactAbi))
    return Error("X2003", "the compiler library made a kernel of another artifact ABI than " +
                              std::to_string(artifactAbi) +
                              ": libxphi.so and libxphi-compiler.so must be of one build");
  const bool listed = info.contains("parameters") && info["parameters"].is_array();
  if (!is("inputs", wish.inputs) || !listed || info["parameters"].size() != wish.parameters)
    return Error("X2003", "the compiled kernel takes other inputs or parameters than the program");
  return {};
}

template <typename Entry> Status find(const LoadedImage &image, const char *name, Entry &entry) {
  entry = reinterpret_cast<Entry>(image.symbol(name));
  if (!entry)
    return Error("X2006", std::string("the compiled kernel does not export ") + name);
  return {};
}

Status resolve(Artifact &artifact, const ArtifactWish &wish) {
  const char *info = nullptr;
  if (Status found = find(artifact.image, infoSymbol, info); !found)
    return found;
  artifact.info = info;
  if (Status checked = checkInfo(artifact.info, wish); !checked)
    return checked;

  Status status = wish.cuda ? find(artifact.image, forwardCudaSymbol, artifact.forwardCuda)
                            : find(artifact.image, forwardSymbol, artifact.forward);
  if (status && wish.backward)
    status = wish.cuda ? find(artifact.image, backwardCudaSymbol, artifact.backwardCuda)
                       : find(artifact.image, backwardSymbol, artifact.backward);
  void **bindings = nullptr;
  if (status && wish.cuda)
    status = find(artifact.image, bindingsSymbol, bindings);
  if (status && wish.cuda)
    bindCuda(bindings);
  return status;
}

} // namespace

Result<Artifact> Artifact::load(std::string_view bytes, const ArtifactWish &wish,
                                const std::string &fallbackFolder) {
  Result<LoadedImage> image = LoadedImage::load(bytes, fallbackFolder);
  if (!image)
    return image.error();
  Artifact artifact{std::move(*image), {}, nullptr, nullptr, nullptr, nullptr};
  if (Status status = resolve(artifact, wish); !status)
    return status.error();
  return artifact;
}

} // namespace xphi
