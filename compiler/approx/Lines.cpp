// Lines run, written and read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Lines.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace xphi::compiler {
namespace {

using Op = Lines::Op;
using Type = Lines::Type;

constexpr std::string_view opening = "lines";

struct Word {
  std::string_view text;
  unsigned operands;
  bool hasDetail;
};

constexpr std::array<Word, 20> words = {
    {{"x", 0, false},       {"p", 0, true},      {"n", 0, false},      {"t", 0, false},
     {"unknown", 0, false}, {"add", 2, false},   {"sub", 2, false},    {"mul", 2, false},
     {"div", 2, false},     {"fma", 3, false},   {"sqrt", 1, false},   {"neg", 1, false},
     {"abs", 1, false},     {"widen", 1, false}, {"narrow", 1, false}, {"cmp", 2, true},
     {"and", 2, false},     {"or", 2, false},    {"xor", 2, false},    {"select", 3, false}}};

constexpr std::string_view letters = "fdc"; ///< of types

/// Whether the operands are of the types that the operation takes.
bool isWellTyped(const Lines &lines, const Lines::Step &step) {
  const auto are = [&](Type type, std::size_t from = 0) {
    return std::all_of(step.operands.begin() + std::ptrdiff_t(from), step.operands.end(),
                       [&](unsigned each) { return lines.steps[each].type == type; });
  };
  switch (step.op) {
  case Op::Input:
  case Op::Parameter:
    return step.type == Type::Float;
  case Op::Number:
    return step.type == Type::Double ||
           (step.type == Type::Float &&
            (std::isnan(step.number) || double(float(step.number)) == step.number));
  case Op::Truth:
    return step.type == Type::Condition && (step.number == 0 || step.number == 1);
  case Op::Unknown:
    return true;
  case Op::Widen:
    return step.type == Type::Double && are(Type::Float);
  case Op::Narrow:
    return step.type == Type::Float && are(Type::Double);
  case Op::Compare:
    return step.type == Type::Condition && step.detail < 16 &&
           (are(Type::Float) || are(Type::Double));
  case Op::And:
  case Op::Or:
  case Op::Xor:
    return step.type == Type::Condition && are(Type::Condition);
  case Op::Select:
    return lines.steps[step.operands[0]].type == Type::Condition && are(step.type, 1);
  default:
    return step.type != Type::Condition && are(step.type);
  }
}

/// One run, of what the result needs.
class Run {
public:
  Run(const Lines &lines, float x, std::span<const float> parameters)
      : lines(lines), x(x), parameters(parameters), values(lines.steps.size()) {}

  std::optional<double> of(unsigned index) {
    if (!values[index])
      values[index] = compute(lines.steps[index]);
    return values[index];
  }

private:
  std::optional<double> compute(const Lines::Step &step) {
    switch (step.op) {
    case Op::Input:
      return double(x);
    case Op::Parameter:
      return step.detail < parameters.size() ? std::optional(double(parameters[step.detail]))
                                             : std::nullopt;
    case Op::Number:
    case Op::Truth:
      return step.number;
    case Op::Unknown:
      return std::nullopt;
    case Op::Select: {
      const std::optional<double> condition = of(step.operands[0]);
      return condition ? of(step.operands[*condition != 0 ? 1 : 2]) : std::nullopt;
    }
    default:
      break;
    }
    double operands[3] = {};
    for (std::size_t i = 0; i < step.operands.size(); ++i) {
      const std::optional<double> operand = of(step.operands[i]);
      if (!operand)
        return std::nullopt;
      operands[i] = *operand;
    }
    const auto [a, b, c] = operands;
    switch (step.op) {
    case Op::Compare:
      return (step.detail & (std::isunordered(a, b) ? Lines::unordered
                             : a < b                ? Lines::lessThan
                             : a > b                ? Lines::greaterThan
                                                    : Lines::equal)) != 0
                 ? 1
                 : 0;
    case Op::And:
      return a * b;
    case Op::Or:
      return std::max(a, b);
    case Op::Xor:
      return std::fabs(a - b);
    case Op::Widen:
      return a;
    case Op::Narrow:
      return double(float(a));
    default:
      return step.type == Type::Double ? calculated(step.op, a, b, c)
                                       : double(calculated(step.op, float(a), float(b), float(c)));
    }
  }

  template <typename Number> static Number calculated(Op op, Number a, Number b, Number c) {
    switch (op) {
    case Op::Add:
      return a + b;
    case Op::Sub:
      return a - b;
    case Op::Mul:
      return a * b;
    case Op::Div:
      return a / b;
    case Op::Fma:
      return std::fma(a, b, c);
    case Op::Sqrt:
      return std::sqrt(a);
    case Op::Neg:
      return -a;
    default:
      return std::fabs(a);
    }
  }

  const Lines &lines;
  const float x;
  const std::span<const float> parameters;
  std::vector<std::optional<double>> values;
};

template <typename Number> bool readAll(std::string_view digits, Number &number, int base) {
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  return error == std::errc() && end == digits.data() + digits.size();
}

/// "addf,0,1", "nf,3ff0000000000000", "cmpc,6,0,1"
std::optional<Lines::Step> readStep(std::string_view text, const Lines &before) {
  std::vector<std::string_view> fields;
  for (std::size_t comma; (comma = text.find(',')) != text.npos; text.remove_prefix(comma + 1))
    fields.push_back(text.substr(0, comma));
  fields.push_back(text);
  std::string_view name = fields[0];
  if (name.empty() || letters.find(name.back()) == letters.npos)
    return std::nullopt;
  Lines::Step step;
  step.type = Type(letters.find(name.back()));
  name.remove_suffix(1);
  const auto word = std::ranges::find(words, name, &Word::text);
  if (word == words.end())
    return std::nullopt;
  step.op = Op(word - words.begin());
  std::size_t next = 1;
  if (step.op == Op::Number || step.op == Op::Truth) {
    std::uint64_t bits = 0;
    if (fields.size() != 2 || !readAll(fields[1], bits, 16))
      return std::nullopt;
    step.number = step.op == Op::Truth ? double(bits) : std::bit_cast<double>(bits);
    next = 2;
  }
  if (word->hasDetail && (fields.size() < 2 || !readAll(fields[next++], step.detail, 10)))
    return std::nullopt;
  for (; next < fields.size(); ++next) {
    unsigned operand = 0;
    if (!readAll(fields[next], operand, 10) || operand >= before.steps.size())
      return std::nullopt;
    step.operands.push_back(operand);
  }
  if (step.operands.size() != word->operands || !isWellTyped(before, step))
    return std::nullopt;
  return step;
}

} // namespace

bool Lines::hasParameters() const {
  return std::ranges::any_of(steps, [](const Step &step) { return step.op == Op::Parameter; });
}

std::optional<float> Lines::at(float x, std::span<const float> parameters) const {
  const std::optional<double> result = Run(*this, x, parameters).of(unsigned(steps.size() - 1));
  return result ? std::optional(float(*result)) : std::nullopt;
}

std::string recordOf(const Lines &lines) {
  std::string text(opening);
  for (const Lines::Step &step : lines.steps) {
    const Word &word = words[std::size_t(step.op)];
    text.append(" ").append(word.text) += letters[std::size_t(step.type)];
    const auto add = [&](auto number, int base) {
      char digits[24];
      text.append(",").append(digits,
                              std::to_chars(digits, digits + sizeof digits, number, base).ptr);
    };
    if (step.op == Op::Number)
      add(std::bit_cast<std::uint64_t>(step.number), 16);
    if (step.op == Op::Truth)
      add(unsigned(step.number), 16);
    if (word.hasDetail)
      add(step.detail, 10);
    for (unsigned operand : step.operands)
      add(operand, 10);
  }
  return text;
}

std::optional<Lines> linesOfRecord(std::string_view record) {
  if (!record.starts_with(opening))
    return std::nullopt;
  record.remove_prefix(opening.size());
  Lines lines;
  while (!record.empty()) {
    if (record.front() != ' ' || lines.steps.size() == Lines::mostSteps)
      return std::nullopt;
    record.remove_prefix(1);
    const std::size_t end = std::min(record.find(' '), record.size());
    std::optional<Lines::Step> step = readStep(record.substr(0, end), lines);
    if (!step)
      return std::nullopt;
    lines.steps.push_back(*std::move(step));
    record.remove_prefix(end);
  }
  return !lines.steps.empty() && lines.steps.back().type == Type::Float ? std::optional(lines)
                                                                        : std::nullopt;
}

} // namespace xphi::compiler
