// What the fake CUDA driver remembers of the calls made to it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct FakeLaunch {
  std::string entry;
  unsigned grid[3], block[3];
  void *stream;
  std::vector<std::uint64_t> pointers; // the device pointers, inputs then output
  std::int32_t n;
  float shift;
};

struct FakeCuda {
  std::vector<FakeLaunch> launches;
  std::vector<std::string> modules; // texts loaded
  int pointerCount = 2;             // of the launches to come
  int capability = 90;
  bool hasContext = true;
  int primaryRetained = 0, contextSet = 0, synchronised = 0;
  std::uint64_t contextId = 1;
  int failLoad = 0, failLaunch = 0, failInit = 0; // result codes
};

extern "C" __attribute__((visibility("default"))) FakeCuda *fake_cuda();
