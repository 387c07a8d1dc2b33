// The network's gradient against differences, threads and resumption to the bit, checkpoints that
// are damaged.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Experiment.h"
#include "Failure.h"

#include "measure/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <fstream>
#include <zlib.h>

namespace paper {
namespace {

const std::vector<CompiledActivation> &activations() {
  static const std::vector<CompiledActivation> all = [] {
    static xphi::Engine engine;
    std::vector<CompiledActivation> made;
    for (const NamedText &each : knownActivations())
      made.push_back(compileActivation(engine, each));
    return made;
  }();
  return all;
}

const Task &digitTask(const std::string &name) {
  static const std::vector<Task> all = tasks(true, XPHI_DIGITS, {});
  return *std::find_if(all.begin(), all.end(), [&](const Task &task) { return task.name == name; });
}

const Shape kShapes[] = {{{5, 7, 6, 4}, Loss::CrossEntropy, 0},
                         {{5, 7, 6, 4}, Loss::CrossEntropy, 0.5},
                         {{5, 7, 3, 5}, Loss::SquaredError, 0.25}};
constexpr int kRows = 9;

struct Batch {
  Matrix<double> x{kRows, 5};
  std::vector<std::uint8_t> labels;
};

Batch batch() {
  Batch made;
  Generator random = generatorFor({77});
  for (Eigen::Index i = 0; i < made.x.size(); ++i)
    made.x.data()[i] = 2 * uniform(random);
  for (int i = 0; i < kRows; ++i)
    made.labels.push_back(static_cast<std::uint8_t>(random() % 4));
  return made;
}

template <typename T>
double lossAndGradient(const Network<T> &network, const Vector<T> &parameters,
                       Vector<T> &gradient) {
  const Batch data = batch();
  typename Network<T>::Workspace space;
  return network.gradient(parameters, data.x.cast<T>(), data.labels, 1, generatorFor({ForDropout}),
                          space, gradient);
}

/// Biases are not 0, as they are at the start.
Vector<double> parametersOf(const Network<double> &network) {
  Vector<double> parameters = network.initial(3);
  Generator random = generatorFor({5});
  for (double &each : parameters)
    each += 0.3 * uniform(random);
  return parameters;
}

TEST(PaperNetwork, GradientIsTheQuotientOfDifferences) {
  for (const NamedText &activation : knownActivations())
    for (const Shape &shape : kShapes) {
      const auto arithmetic = referenceActivation<double>(activation.name);
      const Network<double> network(shape, *arithmetic);
      Vector<double> parameters = parametersOf(network), gradient, ignored;
      lossAndGradient(network, parameters, gradient);
      for (Eigen::Index i = 0; i < parameters.size(); ++i) {
        constexpr double step = 1e-6;
        const double here = parameters[i];
        parameters[i] = here + step;
        const double above = lossAndGradient(network, parameters, ignored);
        parameters[i] = here - step;
        const double below = lossAndGradient(network, parameters, ignored);
        parameters[i] = here;
        EXPECT_NEAR(gradient[i], (above - below) / (2 * step), 2e-7)
            << activation.name << ", parameter " << i << ", dropout " << shape.dropout;
      }
    }
}

TEST(PaperNetwork, CompiledGradientIsTheReferences) {
  for (const CompiledActivation &activation : activations())
    for (const auto &arithmetic : {activation.fused, activation.separate})
      for (const Shape &shape : kShapes) {
        const auto reference = referenceActivation<double>(activation.name);
        const Network<double> exact(shape, *reference);
        const Network<float> network(shape, *arithmetic);
        const Vector<double> parameters = parametersOf(exact);
        Vector<double> wanted;
        Vector<float> found;
        const double loss = lossAndGradient(exact, parameters, wanted);
        EXPECT_NEAR(lossAndGradient<float>(network, parameters.cast<float>(), found), loss,
                    1e-5 * loss);
        EXPECT_LT((found.cast<double>() - wanted).cwiseAbs().maxCoeff(),
                  1e-5 * wanted.cwiseAbs().maxCoeff())
            << activation.name;
      }
}

TEST(PaperNetwork, TrainingFollowsThePathOfLibm) {
  for (const CompiledActivation &activation : activations())
    for (const char *task : {"dropout", "autoencoder"}) {
      const Json paths = comparePaths(digitTask(task), activation, 50);
      EXPECT_LT(paths.at("furthest"), 1e-5) << activation.name << " " << task;
    }
}

Vector<float> trained(const Activation<float> &arithmetic, int threads, int interruptedAt = -1) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads));
  paper::Run run(digitTask("dropout"), arithmetic, 1e-3, 1);
  if (interruptedAt >= 0) {
    run.advance(interruptedAt);
    const Json state = Json::from_cbor(Json::to_cbor(run.state()));
    paper::Run next(digitTask("dropout"), arithmetic, 1e-3, 1);
    EXPECT_TRUE(next.restore(state));
    next.advance(30 - interruptedAt);
    return next.weights();
  }
  run.advance(30);
  return run.weights();
}

TEST(PaperTraining, WeightsHaveTheSameBitsOnOneThreadAndOnTwo) {
  for (const CompiledActivation &activation : activations())
    for (const auto &arithmetic : {activation.fused, activation.separate})
      EXPECT_TRUE(trained(*arithmetic, 1) == trained(*arithmetic, 2)) << activation.name;
}

TEST(PaperTraining, WeightsHaveTheSameBitsAfterAnInterruption) {
  const Activation<float> &arithmetic = *activations().front().separate;
  const Vector<float> wanted = trained(arithmetic, 2);
  for (int step : {0, 1, 9, 10, 29, 30}) // a pass over the digits is nine steps
    EXPECT_TRUE(trained(arithmetic, 2, step) == wanted) << step;
}

TEST(PaperTraining, TakesNoStateThatDoesNotFit) {
  paper::Run run(digitTask("dropout"), *activations().front().separate, 1e-3, 1);
  run.advance(3);
  const Json good = run.state();
  const Vector<float> weights = run.weights();
  for (const char *field : {"parameters", "mean", "variance", "step", "losses"}) {
    Json bad = good;
    bad.erase(field);
    EXPECT_FALSE(run.restore(bad)) << field;
    bad[field] = "text";
    EXPECT_FALSE(run.restore(bad)) << field;
  }
  Json late = good;
  late["step"] = 4;
  EXPECT_FALSE(run.restore(late));
  EXPECT_FALSE(
      paper::Run(digitTask("autoencoder"), *activations().front().separate, 1e-3, 1).restore(good));
  EXPECT_TRUE(run.weights() == weights);
  EXPECT_TRUE(run.restore(good));
}

/// The code that an action fails with; empty if it does not.
template <typename Action> std::string codeOf(Action action) {
  try {
    action();
  } catch (const Failure &failure) {
    return failure.error.code();
  }
  return "";
}

std::string contents(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const std::string &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

TEST(PaperCheckpoint, IsWholeOrAMessage) {
  const xphi::measure::TemporaryFolder place;
  const std::string folder = place.path() + "/runs", file = folder + "/run";
  const Json of = {{"rate", 0.001}, {"seed", 1}}, state = {{"step", 7}, {"losses", {1.5, 2.5}}};
  const Checkpoints checkpoints(folder);
  EXPECT_TRUE(checkpoints.load("run", of).is_null());
  checkpoints.save("run", of, state);
  EXPECT_EQ(checkpoints.load("run", of), state);

  const std::string good = contents(file);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    overwrite(file, bad);
    EXPECT_EQ(codeOf([&] { checkpoints.load("run", of); }), "P0002") << "byte " << i;
    overwrite(file, good.substr(0, i));
    EXPECT_EQ(codeOf([&] { checkpoints.load("run", of); }), "P0002") << "cut at " << i;
  }
  overwrite(file, good + "x");
  EXPECT_EQ(codeOf([&] { checkpoints.load("run", of); }), "P0002");
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_EQ(codeOf([&] { checkpoints.load("run", of); }), "P0002");
}

TEST(PaperCheckpoint, OfAnotherExperimentIsNotTaken) {
  const xphi::measure::TemporaryFolder place;
  const Checkpoints checkpoints(place.path() + "/runs");
  const Json of = {{"rate", 0.001}, {"seed", 1}};
  checkpoints.save("run", of, 1);
  for (const Json &other :
       {Json{{"rate", 0.003}, {"seed", 1}}, Json{{"rate", 0.001}}, Json::object()})
    EXPECT_EQ(codeOf([&] { checkpoints.load("run", other); }), "P0003") << other;
}

TEST(PaperCheckpoint, OneProcessAtATimeUsesAFolder) {
  const xphi::measure::TemporaryFolder place;
  const std::string folder = place.path() + "/runs";
  {
    const Checkpoints first(folder);
    EXPECT_EQ(codeOf([&] { Checkpoints second(folder); }), "P0006");
  }
  EXPECT_EQ(codeOf([&] { Checkpoints again(folder); }), "");
  EXPECT_EQ(codeOf([&] { Checkpoints nowhere("/proc/nowhere"); }), "P0004");
}

TEST(PaperData, DamageIsAMessage) {
  const xphi::measure::TemporaryFolder place;
  const std::string path = place.path() + "/small.data";
  // Eight symbols, windows of four; the sum is of the bytes after the line.
  std::string body{0, 1, 2, 0, 1, 2, 0, 1};
  for (int part = 0; part < 3; ++part)
    body += std::string{char(part), 0, 0, 0, char(part)};
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef *>(body.data()), static_cast<unsigned>(body.size()));
  const Json header = {{"alphabet", 3},      {"window", 4},   {"classes", 3}, {"row", 8},
                       {"parts", {1, 1, 1}}, {"about", ""},   {"crc32", sum}, {"majority", 0.5},
                       {"simple", 0.25},     {"simpleIs", ""}};
  overwrite(path, header.dump() + "\n" + body);
  const Dataset data = readDataset(path);
  Matrix<float> x;
  const std::uint32_t first[] = {0};
  data.fill(data.test, first, x);
  Matrix<float> wanted = Matrix<float>::Zero(1, 12);
  wanted(0, 2) = wanted(0, 3) = wanted(0, 7) = wanted(0, 11) = 1; // 2, 0, 1, 2
  EXPECT_EQ(x, wanted);

  body[3] = 2;
  overwrite(path, header.dump() + "\n" + body);
  EXPECT_EQ(codeOf([&] { readDataset(path); }), "P0001");
  overwrite(path, "");
  EXPECT_EQ(codeOf([&] { readDataset(path); }), "P0001");
  EXPECT_EQ(codeOf([&] { readDataset(place.path() + "/none"); }), "P0001");
  EXPECT_EQ(codeOf([&] { readDigits(path); }), "P0001");
}

TEST(PaperActivation, MistakesAreXphisOwnMessages) {
  xphi::Engine engine;
  EXPECT_EQ(codeOf([&] { compileActivation(engine, {"own1", "x * tahn(x)"}); }).substr(0, 2), "X0");
  EXPECT_EQ(codeOf([&] { compileActivation(engine, {"own1", "def f(a, b) = a * b"}); }), "P0005");
  EXPECT_EQ(codeOf([&] { compileActivation(engine, {"own1", "def f(z; a = 2) = a * tanh(z)"}); }),
            "");
}

} // namespace
} // namespace paper
