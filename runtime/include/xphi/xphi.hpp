// All of xphi's C++ interface: compile a function from its text, run it and its derivative.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   xphi::Engine engine;
//   xphi::Result<xphi::Kernel> gelu = engine.compile("x * Phi(x)");
//   if (!gelu) { std::cerr << gelu.error().render(); return 1; }
//   xphi::Status done = gelu->forward(x, y);
//   if (done) done = gelu->backward(x, dy, dx); // dx = dy * f'(x)
#pragma once

#include <xphi/Engine.hpp>
#include <xphi/Expression.hpp>
#include <xphi/Kernel.hpp>
#include <xphi/Options.hpp>
#include <xphi/Result.hpp>
#include <xphi/Target.hpp>
#include <xphi/Tensor.hpp>
