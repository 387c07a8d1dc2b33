// Reasons are read from the compiler's own text; parts are cut out of the checked program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "BenchReasons.h"

#include "AheadFunctions.h"
#include "Analysis.h"

#include "dsl/Frontend.h"
#include "dsl/Printer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

namespace xphi::command {
namespace {

using dsl::ExprId;
using dsl::ExprKind;
using dsl::Primitive;

/// The lines of a text that begin so, without that.
std::vector<std::string> linesWith(const std::string &text, std::string_view start) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(start))
      found.push_back(line.substr(start.size()));
  return found;
}

std::size_t countOf(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + word.size()))
    ++count;
  return count;
}

std::string reasonOf(const std::string &approx, std::string_view module, std::string_view pass) {
  // "// backward.x: not in f32: ...", of which what follows concerns other parameters.
  for (const std::string &line : linesWith(approx, fmt::format("// {}", pass)))
    for (const std::string_view sentence : {"not in f32: ", "in pairs of floats: "})
      if (const std::size_t at = line.find(sentence); at != line.npos)
        return line.substr(at, line.find("; not in f64", at) - at);
  const std::vector<std::string> fits = linesWith(approx, "// fitted: ");
  std::set<std::size_t> used;
  constexpr std::string_view fitted = "{fit = ";
  for (std::size_t at = module.find(fitted); at != module.npos; at = module.find(fitted, at + 1))
    used.insert(std::size_t(std::atoi(module.data() + at + fitted.size())));
  std::vector<std::string> words;
  if (used.size() == 1 && *used.begin() < fits.size())
    words.push_back("1 fit (" + fits[*used.begin()] + ")");
  else if (!used.empty())
    words.push_back(fmt::format("{} fits", used.size()));
  if (const std::size_t guarded = countOf(module, ", normal") + countOf(module, "{normal"))
    words.push_back(fmt::format("{} guarded", guarded));
  return words.empty() ? "composed in f32" : fmt::format("{}", fmt::join(words, ", "));
}

/// The parts of one definition.
class Parts {
public:
  Parts(const dsl::Program &program, dsl::DefinitionIndex function)
      : program(program), definition(program.definitions[function]), function(function) {
    visit(definition.body);
  }

  struct Part {
    std::string label, text;
  };
  std::vector<Part> found;

private:
  bool isArithmetic(ExprId id) const {
    switch (program.expr(id).primitive) {
    case Primitive::Pow:
      return program.expr(program.operand(id, 1)).kind == ExprKind::Number;
    case Primitive::Abs:
    case Primitive::Sign:
    case Primitive::Min:
    case Primitive::Max:
    case Primitive::Clamp:
      return true;
    default:
      return dsl::info(program.expr(id).primitive).form != dsl::Form::Function;
    }
  }

  bool readsInput(ExprId id) const {
    const dsl::Expr &expr = program.expr(id);
    if (expr.kind == ExprKind::Local)
      return readsInput(values.at(expr.index));
    return expr.kind == ExprKind::Input ||
           std::ranges::any_of(program.operands(id), [&](ExprId each) { return readsInput(each); });
  }

  void visit(ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    if (expr.kind == ExprKind::Let) {
      values[expr.index] = program.operand(id, 0);
      visit(program.operand(id, 0));
      around.push_back(id);
      visit(program.operand(id, 1));
      around.pop_back();
      return;
    }
    const bool isPart = expr.kind == ExprKind::Call || expr.kind == ExprKind::Diff ||
                        (expr.kind == ExprKind::Apply && !isArithmetic(id));
    if (!isPart) {
      for (const ExprId operand : program.operands(id))
        visit(operand);
    } else if (id != definition.body && expr.type == dsl::Type::Number && readsInput(id)) {
      add(id);
    }
  }

  /// With the lets that it may name.
  void add(ExprId id) {
    dsl::Program alone = program;
    ExprId body = id;
    for (std::size_t i = around.size(); i-- != 0;)
      body = alone.addLet(program.expr(around[i]).index, program.operand(around[i], 0), body);
    dsl::Definition &own = alone.definitions[function];
    own.body = body;
    own.grads.clear();
    own.kinks.clear();
    const std::string label = dsl::printExpr(program, function, id);
    if (std::ranges::find(found, label, &Part::label) == found.end())
      found.push_back({label, dsl::closure(alone, function)});
  }

  const dsl::Program &program;
  const dsl::Definition &definition;
  const dsl::DefinitionIndex function;
  std::map<std::uint32_t, ExprId> values; ///< of lets
  std::vector<ExprId> around;             ///< the lets that what is visited may name
};

} // namespace

std::array<std::string, 2> reasonsOf(const std::string &approx) {
  const std::string_view text = approx;
  const std::size_t backward = std::min(text.find("func.func @backward"), text.size());
  return {reasonOf(approx, text.substr(0, backward), "forward"),
          reasonOf(approx, text.substr(backward), "backward")};
}

Result<std::vector<BenchVariant>> partsOf(const What &what, const CompileOptions &options) {
  const Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  std::vector<BenchVariant> variants;
  for (auto &part : Parts(analysis->program(), analysis->function).found) {
    What own = what;
    own.text = std::move(part.text);
    own.function = analysis->definition().name;
    BenchVariant &variant = variants.emplace_back(part.label, own, options);
    variant.options.function = own.function;
    variant.options.backward = false;
    variant.options.gradients.clear();
  }
  return variants;
}

Result<std::vector<BenchVariant>> alternativesOf(const std::string &argument, const What &what,
                                                 const CompileOptions &options) {
  const Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  std::vector<BenchVariant> variants;
  AheadRequest request;
  request.whats = {argument};
  request.types = {"f32"}; // the options have the function's own
  for (const dsl::Parameter &parameter : analysis->definition().parameters)
    request.params.push_back(fmt::format("{}={}", parameter.name, parameter.value));
  const bool namesParameter = std::ranges::any_of(options.gradients, [&](const std::string &name) {
    return std::ranges::find(analysis->definition().inputs, name) ==
           analysis->definition().inputs.end();
  });
  if (!request.params.empty() && !namesParameter && argument != "-") {
    Result<std::vector<AheadFunction>> functions = readFunctions(request, options);
    if (!functions)
      return functions.error();
    variants.push_back({fmt::format("with {} as {}", fmt::join(request.params, ", "),
                                    request.params.size() == 1 ? "a constant" : "constants"),
                        functions->front().what, options});
    variants.back().options.function = functions->front().what.function;
  }
  const bool holdsFloats =
      std::ranges::all_of(options.types, [](ElementType type) { return type == ElementType::F32; });
  if (options.accuracy.tier() == Tier::Accurate && holdsFloats) {
    variants.push_back({"with --accuracy fast", what, options});
    variants.back().options.accuracy = Accuracy::fast();
  }
  return variants;
}

} // namespace xphi::command
