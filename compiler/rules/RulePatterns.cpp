// From rules as text to patterns on xphi operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both sides of a rule become functions of the dialect, by the way every program takes. Applying a
// rule is then matching one graph of operations with another, and copying a third.
#include "rules/RulePatterns.h"

#include "dialect/Algebra.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lowering/EmitDialect.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/ErrorHandling.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

// A rule, read: its two sides and what its variables may stand for.
struct ReadRule {
  std::string name;
  Value pattern;
  Block *replacement;
  std::string classes; // the first letter of each variable
  const dsl::Program *program;
  std::optional<dsl::DefinitionIndex> condition;
};

using Bindings = llvm::SmallVector<Value, 4>;

bool isNearly(double value, double expected) {
  return std::abs(value - expected) <= 4e-16 * std::abs(expected);
}

bool areEqual(Value a, Value b) {
  if (a == b)
    return true;
  auto p = rationalValue(a), q = rationalValue(b);
  return p && q && *p == *q;
}

bool areOpposite(Value a, Value b) {
  auto negates = [](Value a, Value b) {
    auto op = a.getDefiningOp<NegOp>();
    return op && op.getOperand() == b;
  };
  auto factors = [](Value value) { return value.getDefiningOp<MulOp>(); };
  if (negates(a, b) || negates(b, a))
    return true;
  auto p = rationalValue(a), q = rationalValue(b);
  if (p && q)
    return *p == -*q;
  MulOp left = factors(a), right = factors(b);
  if (!left || !right || left.getLhs() != right.getLhs())
    return false;
  auto c = rationalValue(left.getRhs()), d = rationalValue(right.getRhs());
  return c && d && *c == -*d;
}

// Finds the values for which a rule's left side is the value at hand.
class Matcher {
public:
  explicit Matcher(const ReadRule &rule) : rule(rule), bindings(rule.classes.size()) {}

  bool match(Value value) { return match({{rule.pattern, value}}) && conditionHolds(); }
  const Bindings &bound() const { return bindings; }

private:
  // What is still to be matched, the next one last.
  using Task = std::pair<Value, Value>;
  using Tasks = llvm::SmallVector<Task, 8>;

  bool match(Tasks tasks) {
    while (!tasks.empty()) {
      auto [form, value] = tasks.pop_back_val();
      if (auto variable = dyn_cast<BlockArgument>(form)) {
        if (!bind(variable.getArgNumber(), value))
          return false;
        continue;
      }
      if (std::optional<double> constant = constantValue(form)) {
        std::optional<double> actual = constantValue(value);
        if (!actual || !isNearly(*actual, *constant))
          return false;
        continue;
      }
      if (isNegativeOfBound(form, value))
        continue;
      if (isSquare(form, value, tasks))
        continue;
      Operation *pattern = form.getDefiningOp(), *op = value.getDefiningOp();
      if (!op || op->getName() != pattern->getName() ||
          op->getNumOperands() != pattern->getNumOperands())
        return false;
      if (auto compare = dyn_cast<CompareOp>(op);
          compare && compare.getPredicate() != cast<CompareOp>(pattern).getPredicate())
        return false;
      if (!op->hasTrait<OpTrait::IsCommutative>()) {
        for (auto pair : llvm::zip(pattern->getOperands(), op->getOperands()))
          tasks.push_back({std::get<0>(pair), std::get<1>(pair)});
        continue;
      }
      // Either order may be the one that fits with the rest.
      Bindings before = bindings;
      for (unsigned first : {0u, 1u}) {
        Tasks further = tasks;
        further.push_back({pattern->getOperand(1), op->getOperand(1 - first)});
        further.push_back({pattern->getOperand(0), op->getOperand(first)});
        if (match(std::move(further)))
          return true;
        bindings = before;
      }
      return false;
    }
    return true;
  }

  bool bind(unsigned variable, Value value) {
    Value &bound = bindings[variable];
    if (bound)
      return areEqual(bound, value);
    switch (rule.classes[variable]) {
    case 'x':
    case 'y':
      if (constantValue(value))
        return false;
      break;
    case 'k':
    case 'l':
      if (!rationalValue(value))
        return false;
      break;
    case 'c':
    case 'd':
      if (!constantValue(value))
        return false;
      break;
    }
    bound = value;
    return true;
  }

  // −u where u is known: also −3x for 3x.
  bool isNegativeOfBound(Value form, Value value) const {
    auto negation = form.getDefiningOp<NegOp>();
    auto variable = negation ? dyn_cast<BlockArgument>(negation.getOperand()) : BlockArgument();
    Value bound = variable ? bindings[variable.getArgNumber()] : Value();
    return bound && areOpposite(bound, value);
  }

  // u^2 also stands for u·u.
  static bool isSquare(Value form, Value value, Tasks &tasks) {
    auto power = form.getDefiningOp<PowOp>();
    auto product = value.getDefiningOp<MulOp>();
    if (!power || !product || product.getLhs() != product.getRhs() ||
        rationalValue(power.getRhs()) != Rational(2))
      return false;
    tasks.push_back({power.getLhs(), product.getLhs()});
    return true;
  }

  bool conditionHolds() const {
    if (!rule.condition)
      return true;
    // 'u != v' is about values, not about numbers; the rest is about constants.
    std::vector<double> numbers;
    for (auto [i, value] : llvm::enumerate(bindings)) {
      std::optional<double> constant = value ? constantValue(value) : std::nullopt;
      size_t first = size_t(llvm::find(bindings, value) - bindings.begin());
      numbers.push_back(constant.value_or(double(first)));
    }
    return dsl::evaluate(*rule.program, *rule.condition, numbers, {}) == 1;
  }

  const ReadRule &rule;
  Bindings bindings;
};

class RulePattern : public RewritePattern {
public:
  RulePattern(ReadRule rule, unsigned benefit)
      : RewritePattern(rule.pattern.getDefiningOp()->getName().getStringRef(), benefit,
                       rule.pattern.getContext()),
        rule(std::move(rule)) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    Matcher matcher(rule);
    if (!matcher.match(op->getResult(0)))
      return failure();
    note(op->getParentOfType<func::FuncOp>(), rewriter);
    IRMapping values;
    for (auto [variable, value] : llvm::zip(rule.replacement->getArguments(), matcher.bound()))
      values.map(variable, value);
    for (Operation &form : rule.replacement->without_terminator()) {
      Operation *made = rewriter.clone(form, values);
      // Constants fold at once: an unfolded k·l looks like a product to the next rule.
      llvm::SmallVector<Value> folded;
      if (succeeded(rewriter.tryFold(made, folded)) && !folded.empty()) {
        values.map(form.getResult(0), folded.front());
        rewriter.eraseOp(made);
      }
    }
    rewriter.replaceOp(op, values.lookup(rule.replacement->getTerminator()->getOperand(0)));
    return success();
  }

private:
  // Remembers in the function that the rule was used.
  void note(func::FuncOp function, PatternRewriter &rewriter) const {
    llvm::SmallVector<Attribute> names;
    if (auto known = function->getAttrOfType<ArrayAttr>(appliedRulesName))
      names.assign(known.begin(), known.end());
    auto name = rewriter.getStringAttr(rule.name);
    if (llvm::is_contained(names, name))
      return;
    names.push_back(name);
    function->setAttr(appliedRulesName, rewriter.getArrayAttr(names));
  }

  const ReadRule rule;
};

// Calls of the vocabulary are operations of the dialect.
void replaceVocabulary(func::FuncOp function) {
  for (auto call : llvm::make_early_inc_range(function.getOps<func::CallOp>())) {
    OpBuilder builder(call);
    OperationState state(call.getLoc(), ("xphi." + call.getCallee()).str());
    state.addOperands(call.getOperands());
    state.addTypes(call.getResultTypes());
    call.getResult(0).replaceAllUsesWith(builder.create(state)->getResult(0));
    call.erase();
  }
}

class RuleReader {
public:
  RuleReader(ModuleOp forms, const dsl::Program &program) : symbols(forms), program(program) {}

  void add(RewritePatternSet &patterns, std::span<const Rule> rules, unsigned benefit) {
    for (const Rule &rule : rules)
      patterns.add(std::make_unique<RulePattern>(read(rule), benefit--));
  }

private:
  ReadRule read(const Rule &rule) {
    ReadRule result;
    result.name = rule.name;
    auto side = [&](const std::string &name) {
      return &symbols.lookup<func::FuncOp>(name).front();
    };
    result.pattern = side(fromName(rule))->getTerminator()->getOperand(0);
    result.replacement = side(toName(rule));
    const dsl::DefinitionIndex from = *program.find(fromName(rule));
    for (const std::string &variable : program.definitions[from].inputs)
      result.classes += variable.front();
    result.program = &program;
    if (!rule.condition.empty())
      result.condition = program.find(conditionName(rule));
    return result;
  }

  SymbolTable symbols;
  const dsl::Program &program;
};

const dsl::Program &readRules() {
  static const std::shared_ptr<const dsl::Program> program = [] {
    std::vector<Rule> all;
    for (std::span<const Rule> table : {simplifyRules(), stabiliseRules(), lastStabiliseRules()})
      all.insert(all.end(), table.begin(), table.end());
    dsl::ParseResult parsed = dsl::analyse({"<rules>", ruleProgram(all)});
    if (!parsed)
      llvm::report_fatal_error(llvm::StringRef("a rule is not valid:\n" + parsed.render()));
    return parsed.program;
  }();
  return *program;
}

} // namespace

const RulePatterns &XphiDialect::rules() {
  if (!ruleTables)
    ruleTables = RulePatterns::make(*getContext());
  return *ruleTables;
}

std::shared_ptr<const RulePatterns> RulePatterns::make(MLIRContext &context) {
  const dsl::Program &program = readRules();
  auto made = std::make_shared<RulePatterns>();
  made->forms = emitDialect(context, program, program.entry());
  for (auto function : made->forms->getOps<func::FuncOp>())
    replaceVocabulary(function);
  RuleReader reader(*made->forms, program);
  const unsigned high = 1000, middle = 500, low = 400;
  RewritePatternSet simplify(&context), stabilise(&context), last(&context);
  reader.add(simplify, simplifyRules(), low);
  reader.add(stabilise, stabiliseRules(), middle);
  reader.add(stabilise, simplifyRules(), low);
  reader.add(last, lastStabiliseRules(), high);
  reader.add(last, stabiliseRules(), middle);
  reader.add(last, simplifyRules(), low);
  made->simplify = std::move(simplify);
  made->stabilise = std::move(stabilise);
  made->stabiliseLast = std::move(last);
  return made;
}

} // namespace xphi::compiler
