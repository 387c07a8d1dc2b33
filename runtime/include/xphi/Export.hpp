// Marks what libxphi.so exports: everything else in it is hidden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#define XPHI_API __attribute__((visibility("default")))
