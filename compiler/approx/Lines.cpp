// Lines run, written and read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Lines.h"

#include "approx/FloatRank.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
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

constexpr std::array<Word, 29> words = {
    {{"x", 0, false},       {"p", 0, true},      {"n", 0, false},      {"t", 0, false},
     {"unknown", 0, false}, {"add", 2, false},   {"sub", 2, false},    {"mul", 2, false},
     {"div", 2, false},     {"fma", 3, false},   {"sqrt", 1, false},   {"neg", 1, false},
     {"abs", 1, false},     {"widen", 1, false}, {"narrow", 1, false}, {"cmp", 2, true},
     {"and", 2, false},     {"or", 2, false},    {"xor", 2, false},    {"select", 3, false},
     {"round", 1, false},   {"floor", 1, false}, {"sign", 2, false},   {"bits", 1, false},
     {"shl", 2, false},     {"shr", 2, false},   {"shrz", 2, false},   {"look", 1, false},
     {"drawn", 0, false}}};

constexpr std::string_view letters = "fdcil"; ///< of types

constexpr unsigned widthOf(Type type) { return type == Type::LongWord ? 64 : 32; }
constexpr std::uint64_t maskOf(Type type) {
  return type == Type::LongWord ? ~std::uint64_t(0) : 0xffffffff;
}

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
            (std::isnan(step.number) || double(float(step.number)) == step.number)) ||
           (Lines::isWord(step.type) && (step.bits & ~maskOf(step.type)) == 0);
  case Op::Truth:
    return step.type == Type::Condition && (step.number == 0 || step.number == 1);
  case Op::Drawn:
    return step.type == Type::Condition;
  case Op::Unknown:
    return true;
  case Op::Widen:
    return step.type == Type::Double && are(Type::Float);
  case Op::Narrow:
    return step.type == Type::Float && are(Type::Double);
  case Op::Compare:
    return step.type == Type::Condition &&
           ((step.detail < 16 && (are(Type::Float) || are(Type::Double))) ||
            ((step.detail & ~(Lines::asUnsigned | 7u)) == 0 &&
             (are(Type::Word) || are(Type::LongWord))));
  case Op::And:
  case Op::Or:
  case Op::Xor:
    return (step.type == Type::Condition || Lines::isWord(step.type)) && are(step.type);
  case Op::ShiftLeft:
  case Op::ShiftRight:
  case Op::ShiftRightZeroes:
    return Lines::isWord(step.type) && are(step.type);
  case Op::Bits:
    return (step.type == Type::Float && are(Type::Word)) ||
           (step.type == Type::Word && are(Type::Float)) ||
           (step.type == Type::Double && are(Type::LongWord)) ||
           (step.type == Type::LongWord && are(Type::Double));
  case Op::Lookup:
    return step.type == Type::Float && are(Type::Word) && std::has_single_bit(step.table.size());
  case Op::Add:
  case Op::Sub:
    return step.type != Type::Condition && are(step.type);
  case Op::Select:
    return lines.steps[step.operands[0]].type == Type::Condition && are(step.type, 1);
  default:
    return step.type != Type::Condition && !Lines::isWord(step.type) && are(step.type);
  }
}

/// One run, of what the result needs.
class Run {
public:
  Run(const Lines &lines, std::span<const float> inputs, std::span<const float> parameters,
      bool isDropped)
      : lines(lines), inputs(inputs), parameters(parameters), isDropped(isDropped) {}

  struct Value {
    double number = 0; ///< of a condition 1 or 0
    std::uint64_t word = 0;
  };

  std::optional<Value> of(unsigned index) {
    if (!isKnown[index]) {
      const std::optional<Value> value = compute(lines.steps[index]);
      if (!value)
        return std::nullopt;
      numbers[index] = value->number;
      bits[index] = value->word;
      isKnown[index] = true;
    }
    return Value{numbers[index], bits[index]};
  }

  std::size_t steps() const { return isKnown.count(); }

  static std::uint64_t bitsOf(const Value &value, Type type) {
    return type == Type::Float    ? std::bit_cast<std::uint32_t>(float(value.number))
           : type == Type::Double ? std::bit_cast<std::uint64_t>(value.number)
           : Lines::isWord(type)  ? value.word
                                  : std::uint64_t(value.number);
  }

private:
  std::optional<Value> compute(const Lines::Step &step) {
    switch (step.op) {
    case Op::Input:
    case Op::Parameter: {
      const std::span<const float> given = step.op == Op::Input ? inputs : parameters;
      return step.detail < given.size() ? std::optional(Value{double(given[step.detail])})
                                        : std::nullopt;
    }
    case Op::Number:
    case Op::Truth:
      return Value{step.number, step.bits};
    case Op::Drawn:
      return Value{isDropped ? 1.0 : 0.0};
    case Op::Unknown:
      return std::nullopt;
    case Op::Select: {
      const std::optional<Value> condition = of(step.operands[0]);
      return condition ? of(step.operands[condition->number != 0 ? 1 : 2]) : std::nullopt;
    }
    default:
      break;
    }
    Value operands[3] = {};
    for (std::size_t i = 0; i < step.operands.size(); ++i) {
      const std::optional<Value> operand = of(step.operands[i]);
      if (!operand)
        return std::nullopt;
      operands[i] = *operand;
    }
    const auto [a, b, c] = operands;
    const Type from = lines.steps[step.operands[0]].type;
    if (step.op == Op::Bits)
      return Lines::isWord(step.type) ? Value{0, bitsOf(a, from)} : numberOf(a.word, step.type);
    if (step.op == Op::Lookup)
      return Value{double(step.table[a.word % step.table.size()])};
    if (step.op == Op::Compare)
      return Value{(step.detail & (Lines::isWord(from) ? orderOfWords(step, from, a.word, b.word)
                                                       : orderOfNumbers(a.number, b.number))) != 0
                       ? 1.0
                       : 0.0};
    if (Lines::isWord(step.type)) {
      const std::optional<std::uint64_t> word = wordOf(step, a.word, b.word);
      return word ? std::optional(Value{0, *word}) : std::nullopt;
    }
    return Value{calculatedNumber(step, a.number, b.number, c.number)};
  }

  static Value numberOf(std::uint64_t word, Type type) {
    return {type == Type::Float ? double(std::bit_cast<float>(std::uint32_t(word)))
                                : std::bit_cast<double>(word)};
  }
  static unsigned orderOfNumbers(double a, double b) {
    return std::isunordered(a, b) ? Lines::unordered
           : a < b                ? Lines::lessThan
           : a > b                ? Lines::greaterThan
                                  : Lines::equal;
  }
  static double calculatedNumber(const Lines::Step &step, double a, double b, double c) {
    switch (step.op) {
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
    case Op::Round:
      return std::nearbyint(a);
    case Op::Floor:
      return std::floor(a);
    case Op::CopySign:
      return std::copysign(a, b);
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
  const std::span<const float> inputs;
  const std::span<const float> parameters;
  const bool isDropped;
  // A certificate is run at millions of floats: nothing is asked of the allocator.
  std::bitset<Lines::mostSteps> isKnown;
  std::array<double, Lines::mostSteps> numbers; ///< where it is known
  std::array<std::uint64_t, Lines::mostSteps> bits;
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
    if (Lines::isWord(step.type))
      step.bits = bits;
    else
      step.number = step.op == Op::Truth ? double(bits) : std::bit_cast<double>(bits);
    next = 2;
  }
  if (word->hasDetail && (fields.size() < 2 || !readAll(fields[next++], step.detail, 10)))
    return std::nullopt;
  // The first input is written without its number.
  if (step.op == Op::Input && fields.size() > 1 &&
      (!readAll(fields[next++], step.detail, 10) || step.detail == 0))
    return std::nullopt;
  const std::size_t end =
      step.op == Op::Lookup ? std::min<std::size_t>(2, fields.size()) : fields.size();
  for (; next < end; ++next) {
    unsigned operand = 0;
    if (!readAll(fields[next], operand, 10) || operand >= before.steps.size())
      return std::nullopt;
    step.operands.push_back(operand);
  }
  for (; next < fields.size(); ++next) {
    std::uint32_t bits = 0;
    if (!readAll(fields[next], bits, 16))
      return std::nullopt;
    step.table.push_back(std::bit_cast<float>(bits));
  }
  if (step.operands.size() != word->operands || !isWellTyped(before, step))
    return std::nullopt;
  return step;
}

} // namespace

unsigned orderOfWords(const Lines::Step &comparison, Type type, std::uint64_t a, std::uint64_t b) {
  // What is signed is in the order of what is not, with the first bit turned over.
  const std::uint64_t turned =
      comparison.detail & Lines::asUnsigned ? 0 : std::uint64_t(1) << (widthOf(type) - 1);
  a ^= turned;
  b ^= turned;
  return a < b ? Lines::lessThan : a > b ? Lines::greaterThan : Lines::equal;
}

std::optional<std::uint64_t> wordOf(const Lines::Step &step, std::uint64_t a, std::uint64_t b) {
  const unsigned width = widthOf(step.type);
  const auto isWithin = [&](std::uint64_t word) {
    return b < width ? std::optional(word & maskOf(step.type)) : std::nullopt;
  };
  switch (step.op) {
  case Op::Add:
    return (a + b) & maskOf(step.type);
  case Op::Sub:
    return (a - b) & maskOf(step.type);
  case Op::And:
    return a & b;
  case Op::Or:
    return a | b;
  case Op::Xor:
    return a ^ b;
  case Op::ShiftLeft:
    return isWithin(a << (b & 63));
  case Op::ShiftRight:
    return isWithin(std::uint64_t(std::int64_t(a << (64 - width)) >> (64 - width) >> (b & 63)));
  case Op::ShiftRightZeroes:
    return isWithin(a >> (b & 63));
  default:
    return std::nullopt;
  }
}

bool Lines::hasParameters() const {
  return std::ranges::any_of(steps, [](const Step &step) { return step.op == Op::Parameter; });
}

bool Lines::draws() const {
  return std::ranges::any_of(steps, [](const Step &step) { return step.op == Op::Drawn; });
}

std::optional<float> Lines::at(std::span<const float> inputs, std::span<const float> parameters,
                               bool isDropped) const {
  const std::optional<Run::Value> result =
      Run(*this, inputs, parameters, isDropped).of(unsigned(steps.size() - 1));
  return result ? std::optional(float(result->number)) : std::nullopt;
}

std::optional<std::uint64_t> Lines::bitsAt(unsigned step, std::span<const float> inputs,
                                           std::span<const float> parameters,
                                           bool isDropped) const {
  const std::optional<Run::Value> result = Run(*this, inputs, parameters, isDropped).of(step);
  return result ? std::optional(Run::bitsOf(*result, steps[step].type)) : std::nullopt;
}

std::size_t Lines::stepsAt(std::span<const float> inputs, std::span<const float> parameters) const {
  Run run(*this, inputs, parameters, /*isDropped=*/false);
  run.of(unsigned(steps.size() - 1));
  return run.steps();
}

std::optional<std::int64_t> Lines::lastBefore(unsigned step, unsigned input, std::int64_t a,
                                              std::int64_t b,
                                              std::span<const float> parameters) const {
  const auto at = [&](std::int64_t each) {
    float inputs[] = {1, 1};
    inputs[input] = ofRank(each);
    return bitsAt(step, inputs, parameters);
  };
  const std::optional<std::uint64_t> first = at(a);
  if (first == at(b))
    return std::nullopt;
  std::int64_t before = a, from = b;
  while (from - before > 1) {
    const std::int64_t middle = before + (from - before) / 2;
    (at(middle) == first ? before : from) = middle;
  }
  return before;
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
      add(Lines::isWord(step.type) ? step.bits : std::bit_cast<std::uint64_t>(step.number), 16);
    if (step.op == Op::Truth)
      add(unsigned(step.number), 16);
    if (word.hasDetail || (step.op == Op::Input && step.detail > 0))
      add(step.detail, 10);
    for (unsigned operand : step.operands)
      add(operand, 10);
    for (float each : step.table)
      add(std::bit_cast<std::uint32_t>(each), 16);
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
