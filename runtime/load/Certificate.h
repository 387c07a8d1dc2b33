// Reading the certificate that an artifact carries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ArtifactInfo.h"

#include <xphi/Certificate.hpp>

#include <string>

namespace xphi {

/// From "promise" in what the artifact says; Method::None where it says nothing of the kind.
Certificate readCertificate(const ArtifactInfo &info);

/// "value at -10.5 is -0, not -4.06e-25 (1.65e+07 ulp, 4 are promised)"; for a certificate that is
/// not kept.
std::string worstOf(const Certificate &certificate);

} // namespace xphi
