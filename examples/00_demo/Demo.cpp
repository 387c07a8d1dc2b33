// What `./x demo` shows: GELU from its text to running code, its error, its speed and its cache.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: xphi-demo DIGITS.csv FOLDER     writes FOLDER/gelu.svg and keeps its cache in FOLDER/cache
#include "Accuracy.h"
#include "SecondProcess.h"
#include "Speed.h"

#include "Network.h"
#include "measure/Measure.h"
#include "plot/Plot.h"

#include <fmt/color.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace {

constexpr const char *kGelu = "x * Phi(x)";

void heading(const char *text) {
  bool coloured = isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
  fmt::print("\n{}\n", coloured ? fmt::format(fmt::emphasis::bold, "{}", text) : text);
}

int fail(const xphi::Error &error) {
  std::fflush(stdout);
  std::cerr << error.render(isatty(STDERR_FILENO));
  return 1;
}

bool writePicture(const xphi::Kernel &gelu, const std::string &path) {
  std::vector<float> x;
  for (int i = 0; i <= 800; ++i)
    x.push_back(-4 + static_cast<float>(i) * 0.01f);
  std::vector<float> ones(x.size(), 1), y(x.size()), dx(x.size());
  if (!gelu.forward(x, y) || !gelu.backward(x, ones, dx))
    return false;
  std::ofstream file(path);
  file << xphi::plot::Plot{"gelu(x) = x · Φ(x)",
                           "compiled by xphi from its text; the derivative is the compiler's own",
                           {{"value", x, y}, {"derivative", x, dx}}}
              .svg();
  return static_cast<bool>(file.flush());
}

int show(const std::string &digitsPath, const std::string &folder) {
  digits::Split data = digits::readDigits(digitsPath);
  if (data.test.labels.empty()) {
    std::cerr << "cannot read " << digitsPath << "\n";
    return 3;
  }
  std::string cache = folder + "/cache";
  std::error_code ignored;
  std::filesystem::remove_all(cache, ignored);
  xphi::Options options = xphi::Options::fromEnvironment();
  options.cacheDirectory = cache;

  heading("From text to machine code");
  xphi::measure::Stopwatch watch;
  xphi::Engine engine(options);
  xphi::Result<xphi::Kernel> gelu = engine.compile(kGelu);
  if (!gelu)
    return fail(gelu.error());
  double firstUse = watch.milliseconds();
  xphi::measure::Stopwatch again;
  xphi::Result<xphi::Kernel> silu = engine.compile("x * sigmoid(x)");
  if (!silu)
    return fail(silu.error());
  double secondFunction = again.milliseconds();
  xphi::Result<std::string> derivative = engine.emit(kGelu, "diff", {.order = 1});
  if (!derivative)
    return fail(derivative.error());
  fmt::print("  text              {}\n", kGelu);
  fmt::print("  derivative        {}\n", derivative->substr(0, derivative->find('\n')));
  fmt::print("  processor         {}\n", gelu->target());
  fmt::print("  first function    {:.0f} ms, opening the compiler included\n", firstUse);
  fmt::print("  next function     {:.1f} ms\n", secondFunction);

  heading("On real data: a network learns to read handwritten digits");
  digits::Network network(*gelu, 20);
  for (int epoch = 0; epoch < 15; ++epoch)
    network.trainEpoch(data.training);
  fmt::print("  {} images, 15 epochs, {:.1f} % of {} held-out ones read correctly\n",
             data.training.labels.size(), 100 * network.accuracy(data.test),
             data.test.labels.size());

  heading("Against the exact value");
  digits::Matrix z = network.preActivations(data.training);
  if (xphi::Status done = demo::showAccuracy(*gelu, {z.data(), z.data() + z.size()}); !done)
    return fail(done.error());

  heading("Speed: 2^20 numbers in cache, one thread");
  if (xphi::Status done = demo::showSpeed(*gelu); !done)
    return fail(done.error());

  heading("A second process");
  if (xphi::Status done = demo::showSecondProcess(cache, kGelu); !done)
    return fail(done.error());

  std::string picture = folder + "/gelu.svg";
  if (!writePicture(*gelu, picture)) {
    std::cerr << "cannot write " << picture << "\n";
    return 3;
  }
  heading("Done");
  fmt::print("  picture           {}\n", picture);
  fmt::print("  to try            build/bin/xphi eval 'x*Phi(x)' --at -1,0,3 --grad 1\n");
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  if (argc == 4 && std::string(argv[1]) == "--second-process")
    return demo::secondProcess(argv[2], argv[3]);
  if (argc != 3) {
    std::cerr << "usage: xphi-demo DIGITS.csv FOLDER\n";
    return 2;
  }
  return show(argv[1], argv[2]);
}
