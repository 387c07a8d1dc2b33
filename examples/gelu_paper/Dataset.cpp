// Examples, read from files and as matrices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Dataset.h"

#include "Digits.h"
#include "Failure.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <zlib.h>

namespace paper {

void Dataset::fill(const Part &part, std::span<const std::uint32_t> which, Matrix<float> &x) const {
  x.setZero(static_cast<Eigen::Index>(which.size()), inputs());
  for (std::size_t i = 0; i < which.size(); ++i) {
    const std::size_t start = part.starts[which[i]];
    float *row = x.data() + i * static_cast<std::size_t>(x.cols());
    if (!alphabet)
      std::copy_n(numbers.data() + start, window, row);
    else
      for (int place = 0; place < window; ++place)
        row[place * alphabet + symbols[start + static_cast<std::size_t>(place)]] = 1;
  }
}

Dataset readDataset(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  const nlohmann::json header = nlohmann::json::parse(line, nullptr, false);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!header.is_object() ||
      header.value("crc32", 0u) !=
          crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()))
    throw Failure("P0001", path.string() + " is not there or is damaged; `./x paper` makes it");

  Dataset data;
  std::size_t at = 0;
  const auto take = [&](auto &array, std::size_t count) {
    array.resize(count);
    std::copy_n(bytes.data() + at, count * sizeof array[0], reinterpret_cast<char *>(array.data()));
    at += count * sizeof array[0];
  };
  header.at("alphabet").get_to(data.alphabet);
  header.at("window").get_to(data.window);
  header.at("classes").get_to(data.classes);
  if (data.alphabet)
    take(data.symbols, header.at("row"));
  else
    take(data.numbers, header.at("row"));
  std::size_t number = 0;
  for (Part *part : {&data.training, &data.validation, &data.test}) {
    const std::size_t count = header.at("parts").at(number++);
    take(part->starts, count);
    take(part->labels, count);
  }
  header.at("about").get_to(data.about);
  header.at("crc32").get_to(data.sum);
  header.at("majority").get_to(data.majority);
  header.at("simple").get_to(data.simple);
  header.at("simpleIs").get_to(data.simpleIs);
  data.meanError = header.value("meanError", 0.0);
  return data;
}

Dataset readDigits(const std::filesystem::path &csv) {
  const digits::Split split = digits::readDigits(csv);
  if (split.test.labels.empty())
    throw Failure("P0001",
                  "no digits in " + csv.string() + "; it is examples/03_digits/digits.csv");
  Dataset data{.window = static_cast<int>(split.test.images.cols()), .classes = 10};
  data.about =
      "1797 written digits of 8 x 8 pixels (UCI Machine Learning Repository, CC BY 4.0), of "
      "which every fifth is the test, and of the others every eighth for validation.";
  data.majority = 0.9;
  data.meanError = 0.0715;
  for (const digits::Dataset *half : {&split.training, &split.test})
    for (std::size_t i = 0; i < half->labels.size(); ++i) {
      Part &part = half == &split.test ? data.test : i % 8 == 7 ? data.validation : data.training;
      part.starts.push_back(static_cast<std::uint32_t>(data.numbers.size()));
      part.labels.push_back(static_cast<std::uint8_t>(half->labels[i]));
      const auto image = half->images.row(static_cast<Eigen::Index>(i));
      data.numbers.insert(data.numbers.end(), image.begin(), image.end());
    }
  return data;
}

} // namespace paper
