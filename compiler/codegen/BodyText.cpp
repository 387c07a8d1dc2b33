// The body of one element as text of another language, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/BodyText.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <vector>

using namespace mlir;

namespace xphi::compiler {
namespace {

std::string nameOf(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

std::string filled(llvm::StringRef format, ArrayRef<std::string> words) {
  std::string text;
  for (size_t i = 0; i < format.size(); ++i)
    if (format[i] == '{' && i + 2 < format.size() && format[i + 2] == '}') {
      text += words[size_t(format[i + 1] - '0')];
      i += 2;
    } else {
      text += format[i];
    }
  return text;
}

class Writer {
public:
  Writer(const BodyLanguage &language, llvm::function_ref<std::string(llvm::StringRef)> nameOf)
      : language(language), functionName(nameOf) {}

  BodyText write(ModuleOp bodies) {
    for (auto function : bodies.getOps<func::FuncOp>())
      if (!function.isDeclaration())
        writeFunction(function);
    return std::move(result);
  }

private:
  const std::string &typeOf(Type type) {
    const auto found = language.types.find(nameOf(type));
    if (found != language.types.end())
      return found->second;
    fail(nameOf(type));
    static const std::string none;
    return none;
  }

  void fail(const std::string &what) {
    if (result.error.empty())
      result.error = what;
  }

  void line(const std::string &text) { result.text.append(indent, ' ') += text + "\n"; }

  std::string fresh(Value value) { return names[value] = "v" + std::to_string(count++); }

  bool isPython() const { return language.syntax == BodyLanguage::Syntax::Python; }

  void writeFunction(func::FuncOp function) {
    names.clear();
    count = 0;
    indent = isPython() ? 4 : 2;
    std::vector<std::string> arguments;
    for (BlockArgument argument : function.getArguments()) {
      names[argument] = "a" + std::to_string(argument.getArgNumber());
      arguments.push_back((isPython() ? "" : typeOf(argument.getType()) + " ") + names[argument]);
    }
    ArrayRef<Type> results = function.getResultTypes();
    for (size_t i = 1; i < results.size() && !isPython(); ++i)
      arguments.push_back(
          filled(language.reference, {typeOf(results[i]), "r" + std::to_string(i)}));
    const std::string head =
        functionName(function.getName()) + "(" + llvm::join(arguments, ", ") + ")";
    result.text += "\n" + language.function +
                   (isPython() ? head + ":\n" : typeOf(results.front()) + " " + head + " {\n");
    for (BlockArgument argument : function.getArguments())
      if (argument.use_empty() && !isPython())
        line("(void)" + names[argument] + ";");
    for (Operation &op : function.front())
      writeOperation(op);
    result.text += isPython() ? "\n" : "}\n";
  }

  void define(Value value, const std::string &text) {
    const std::string type = typeOf(value.getType());
    const std::string name = fresh(value);
    line(isPython() ? name + " = " + text : "const " + type + " " + name + " = " + text + ";");
  }

  void writeOperation(Operation &op) {
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return writeBranch(branch);
    if (auto call = dyn_cast<func::CallOp>(op))
      return writeCall(call);
    if (isa<func::ReturnOp>(op))
      return writeReturn(op);
    define(op.getResult(0), valueOf(op));
  }

  void writeReturn(Operation &op) {
    if (isPython())
      return line("return " + joined(op.getOperands()));
    for (unsigned i = 1; i < op.getNumOperands(); ++i)
      line(filled(language.assign, "r" + std::to_string(i)) + " = " + names[op.getOperand(i)] +
           ";");
    line("return " + names[op.getOperand(0)] + ";");
  }

  std::string joined(ValueRange values) {
    std::vector<std::string> words;
    for (Value value : values)
      words.push_back(names[value]);
    return llvm::join(words, ", ");
  }

  std::string valueOf(Operation &op) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      return filled(language.constant, {literal(constant.getValue()), typeOf(constant.getType()),
                                        nameOf(constant.getType())});
    std::vector<std::string> operands;
    for (Value operand : op.getOperands())
      operands.push_back(names[operand]);
    std::string name = op.getName().getStringRef().str();
    if (auto compare = dyn_cast<arith::CmpFOp>(op))
      name += "." + stringifyCmpFPredicate(compare.getPredicate()).str();
    if (auto compare = dyn_cast<arith::CmpIOp>(op))
      name += "." + stringifyCmpIPredicate(compare.getPredicate()).str();
    const std::string from = op.getNumOperands() ? nameOf(op.getOperand(0).getType()) : "";
    const std::string to = nameOf(op.getResult(0).getType());
    for (const std::string &key :
         {name + "." + from + "." + to, name + "." + to, name + "." + from, name})
      if (const auto format = language.operations.find(key); format != language.operations.end())
        return filled(format->second, operands);
    fail(name + " from " + from + " to " + to);
    return "";
  }

  std::string literal(Attribute attribute) {
    if (auto number = dyn_cast<IntegerAttr>(attribute)) {
      if (number.getType().isInteger(1))
        return number.getValue().isZero() ? language.no : language.yes;
      return "0x" + llvm::utohexstr(number.getValue().getZExtValue()) + (isPython() ? "" : "u");
    }
    const APFloat number = cast<FloatAttr>(attribute).getValue();
    const bool isFloat = cast<FloatAttr>(attribute).getType().isF32();
    if (number.isInfinity())
      return (number.isNegative() ? "-" : "") + language.infinity;
    if (number.isNaN())
      return language.nan;
    if (!language.hexadecimal) { // a float is a double, too
      SmallString<40> digits;
      APFloat exact = number;
      bool loses;
      exact.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
      exact.toString(digits, /*FormatPrecision=*/17, /*FormatMaxPadding=*/0);
      return digits.str().str();
    }
    char text[64];
    number.convertToHexString(text, /*HexDigits=*/0, /*UpperCase=*/false,
                              APFloat::rmNearestTiesToEven);
    return std::string(text) + (isFloat ? "f" : "");
  }

  void writeCall(func::CallOp call) {
    std::string arguments = joined(call.getOperands());
    const std::string callee = functionName(call.getCallee()) + language.callee;
    if (isPython()) {
      for (Value each : call.getResults())
        fresh(each);
      return line(joined(call.getResults()) + " = " + callee + "(" + arguments + ")");
    }
    for (Value further : llvm::drop_begin(call.getResults())) {
      line(typeOf(further.getType()) + " " + fresh(further) + ";");
      arguments += ", " + filled(language.pass, names[further]);
    }
    define(call.getResult(0), callee + "(" + arguments + ")");
  }

  void writeChoice(scf::IfOp branch) {
    std::vector<Value> taken[2];
    for (auto [block, values] :
         {std::pair(branch.thenBlock(), &taken[0]), std::pair(branch.elseBlock(), &taken[1])})
      for (Operation &op : *block)
        if (isa<scf::YieldOp>(op))
          values->assign(op.operand_begin(), op.operand_end());
        else
          writeOperation(op);
    for (auto [i, result] : llvm::enumerate(branch.getResults()))
      define(result, filled(language.choice, {names[branch.getCondition()], names[taken[0][i]],
                                              names[taken[1][i]]}));
  }

  void writeBranch(scf::IfOp branch) {
    if (!language.choice.empty())
      return writeChoice(branch);
    for (Value each : branch.getResults()) {
      const std::string declared = typeOf(each.getType()) + " " + fresh(each) + ";";
      if (!isPython())
        line(declared);
    }
    const std::string condition = filled(language.condition, names[branch.getCondition()]);
    line(isPython() ? "if " + condition + ":" : "if (" + condition + ") {");
    writeArm(branch, branch.thenBlock());
    line(isPython() ? "else:" : "} else {");
    writeArm(branch, branch.elseBlock());
    if (!isPython())
      line("}");
  }

  void writeArm(scf::IfOp branch, Block *block) {
    const size_t step = isPython() ? 4 : 2;
    indent += step;
    for (Operation &op : *block)
      if (isa<scf::YieldOp>(op))
        for (auto [result, value] : llvm::zip(branch.getResults(), op.getOperands()))
          line(names[result] + " = " + names[value] + (isPython() ? "" : ";"));
      else
        writeOperation(op);
    indent -= step;
  }

  const BodyLanguage &language;
  llvm::function_ref<std::string(llvm::StringRef)> functionName;
  BodyText result;
  llvm::DenseMap<Value, std::string> names;
  unsigned count = 0;
  size_t indent = 2;
};

} // namespace

BodyText bodyText(ModuleOp bodies, const BodyLanguage &language,
                  llvm::function_ref<std::string(llvm::StringRef)> nameOf) {
  return Writer(language, nameOf).write(bodies);
}

} // namespace xphi::compiler
