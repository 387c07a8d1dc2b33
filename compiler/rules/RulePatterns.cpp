// From rules as text to patterns on xphi operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both sides of a rule become functions of the dialect, by the way every program takes.
#include "rules/RulePatterns.h"

#include "dialect/XphiDialect.h"
#include "dsl/Frontend.h"
#include "import/EmitDialect.h"
#include "rules/RuleFamilies.h"
#include "rules/Thresholds.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

class RulePattern : public RewritePattern {
public:
  RulePattern(ReadRule rule, unsigned benefit)
      : RewritePattern(rule.pattern.getDefiningOp()->getName().getStringRef(), benefit,
                       rule.pattern.getContext()),
        rule(std::move(rule)) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    Matcher matcher(rule);
    if (!matcher.match(rule.pattern, op->getResult(0)) || !matcher.conditionHolds())
      return failure();
    rewriter.replaceOp(op, rule.apply(matcher.bindings, rewriter));
    return success();
  }

private:
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
  void addSums(RewritePatternSet &patterns, std::span<const Rule> rules, unsigned benefit) {
    addSumFamilies(patterns, readAll(rules), benefit);
  }
  void addProducts(RewritePatternSet &patterns, std::span<const Rule> rules, unsigned benefit) {
    addProductFamilies(patterns, readAll(rules), benefit);
  }

private:
  std::vector<ReadRule> readAll(std::span<const Rule> rules) {
    std::vector<ReadRule> read;
    for (const Rule &rule : rules)
      read.push_back(this->read(rule));
    return read;
  }

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
  const unsigned high = 1000, families = 800, middle = 700, low = 400;
  RewritePatternSet simplify(&context), stabilise(&context), last(&context);
  reader.add(simplify, simplifyRules(), low);
  reader.add(stabilise, stabiliseRules(), middle);
  reader.addSums(stabilise, stabiliseRules(), low + 2);
  reader.addProducts(stabilise, stabiliseRules(), low + 1);
  reader.add(stabilise, simplifyRules(), low);
  reader.add(last, lastStabiliseRules(), high);
  reader.addSums(last, lastStabiliseRules(), families);
  reader.add(last, stabiliseRules(), middle);
  reader.addSums(last, stabiliseRules(), low + 2);
  reader.addProducts(last, stabiliseRules(), low + 1);
  reader.add(last, simplifyRules(), low);
  addThresholds(stabilise);
  addThresholds(last);
  made->simplify = std::move(simplify);
  made->stabilise = std::move(stabilise);
  made->stabiliseLast = std::move(last);
  return made;
}

} // namespace xphi::compiler
