// A loaded artifact whose exports were found and whose description fits what was asked for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "LoadedImage.h"
#include "abi/Artifact.h"
#include "abi/KernelSpec.h"

#include <xphi/Certificate.hpp>

#include <string>
#include <string_view>

namespace xphi {

struct ArtifactWish {
  const KernelSpec &spec;
  bool channels = false; ///< whether a parameter may have a value for each channel
  bool cuda = false;
};

struct Artifact {
  LoadedImage image;
  std::string info = {}; ///< JSON, as exported
  Certificate certificate = {};
  CpuEntry forward = nullptr; ///< for CPU targets
  CpuEntry backward = nullptr;
  CpuEntry forwardChannels = nullptr; ///< for functions with channel parameters
  CpuEntry backwardChannels = nullptr;
  CudaEntry forwardCuda = nullptr; ///< for CUDA targets
  CudaEntry backwardCuda = nullptr;

  /// X2006 when the object cannot be loaded or lacks an export, X2003 when it has another ABI or
  /// is of another function.
  static Result<Artifact> load(std::string_view bytes, const ArtifactWish &wish,
                               const std::string &fallbackFolder);
};

} // namespace xphi
