// Resolves and checks the exports listed in abi/Artifact.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Artifact.h"

#include "ArtifactInfo.h"
#include "CudaBindings.h"
#include "runtime/host/ForkGate.h"

namespace xphi {
namespace {

Status readInfo(Artifact &artifact, const ArtifactWish &wish) {
  const JsonLeaves info = readArtifactInfo(artifact.info);
  const auto is = [&](const char *key, const std::vector<std::string> &wanted) {
    const auto found = info.find(key);
    return found == info.end() ? wanted.empty() : found->second == wanted;
  };
  if (!is("abi", {std::to_string(artifactAbi)}))
    return Error("X2003", "the compiler library made a kernel of another artifact ABI than " +
                              std::to_string(artifactAbi) +
                              ": libxphi.so and libxphi-compiler.so must be of one build");
  if (!is("spec", {wish.spec.print()}))
    return Error("X2003", "the compiled kernel is another than was asked for: libxphi.so and "
                          "libxphi-compiler.so must be of one build");
  artifact.certificate = readCertificate(info);
  return {};
}

template <typename Entry>
Status find(const LoadedImage &image, const std::string &name, Entry &entry) {
  entry = reinterpret_cast<Entry>(image.symbol(name.c_str()));
  if (!entry)
    return Error("X2006", "the compiled kernel does not export " + name);
  return {};
}

Status resolve(Artifact &artifact, const ArtifactWish &wish) {
  const char *info = nullptr;
  if (Status found = find(artifact.image, infoSymbol, info); !found)
    return found;
  artifact.info = info;
  if (Status read = readInfo(artifact, wish); !read)
    return read;

  Status status = wish.cuda ? find(artifact.image, forwardCudaSymbol, artifact.forwardCuda)
                            : find(artifact.image, forwardSymbol, artifact.forward);
  const bool backward = !wish.spec.gradients.empty();
  if (status && backward)
    status = wish.cuda ? find(artifact.image, backwardCudaSymbol, artifact.backwardCuda)
                       : find(artifact.image, backwardSymbol, artifact.backward);
  const bool channels = !wish.cuda && wish.channels;
  if (status && channels)
    status =
        find(artifact.image, std::string(forwardSymbol) + channelsSuffix, artifact.forwardChannels);
  if (status && channels && backward)
    status = find(artifact.image, std::string(backwardSymbol) + channelsSuffix,
                  artifact.backwardChannels);
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
  const ForkGate::Pass pass; // the loader's state has locks, too
  Result<LoadedImage> image = LoadedImage::load(bytes, fallbackFolder);
  if (!image)
    return image.error();
  Artifact artifact{std::move(*image)};
  if (Status status = resolve(artifact, wish); !status)
    return status.error();
  return artifact;
}

} // namespace xphi
