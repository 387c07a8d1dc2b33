// From the xphi dialect back to the language: how a derivative is shown to its author.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "import/RaiseToText.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

// How strongly the outermost operator of a text binds.
enum Strength { Lowest, Or, And, Not, Comparison, Sum, Product, Minus, Power, Atom };

struct Text {
  std::string text;
  Strength strength = Atom;
};

Text number(ConstantOp constant) {
  std::optional<Rational> value = constant.rational();
  if (!value)
    return {constant.getValue().str()};
  const bool isNegative = value->isNegative();
  const std::string size = (isNegative ? -*value : *value).decimal();
  return {isNegative ? "-" + size : size, llvm::StringRef(size).contains('/') ? Product
                                          : isNegative                        ? Minus
                                                                              : Atom};
}

class Raiser {
public:
  explicit Raiser(func::FuncOp function) : function(function) {
    for (BlockArgument argument : function.getArguments()) {
      unsigned i = argument.getArgNumber();
      auto name = function.getArgAttrOfType<StringAttr>(i, inputName);
      if (!name)
        name = function.getArgAttrOfType<StringAttr>(i, parameterName);
      std::string text = name ? name.str() : "x" + std::to_string(i);
      taken.insert(text);
      texts[argument] = {text};
    }
  }

  std::string run() {
    std::string lets;
    for (Operation &op : function.front().without_terminator()) {
      Text text = raise(&op);
      Value result = op.getResult(0);
      bool worthNaming =
          !result.hasOneUse() && !result.use_empty() && op.getNumOperands() > 0 && !isSimple(&op);
      if (worthNaming) {
        std::string name = freshName();
        lets += "let " + name + " = " + text.text + "\n";
        text = {name};
      }
      texts[result] = std::move(text);
    }
    return lets + texts[function.front().getTerminator()->getOperand(0)].text;
  }

  std::string excerpt(Value wanted) {
    constexpr size_t most = 60;
    for (Operation &op : function.front().without_terminator()) {
      Text text = raise(&op);
      const bool isWanted = op.getResult(0) == wanted;
      if (!isWanted && text.text.size() > most)
        text = {"…"};
      texts[op.getResult(0)] = std::move(text);
      if (isWanted)
        break;
    }
    return texts[wanted].text;
  }

private:
  // Φ(x), -x or x^2 is as clear as a name for it.
  static bool isSimple(Operation *op) {
    return llvm::all_of(op->getOperands(),
                        [](Value operand) {
                          return isa<BlockArgument>(operand) || operand.getDefiningOp<ConstantOp>();
                        }) &&
           !isa<SelectOp>(op);
  }

  std::string freshName() {
    std::string name;
    do {
      name = next < 26 ? std::string(1, "tuvwabcdfghijklmnopqrsyzxe"[next])
                       : "t" + std::to_string(next);
      ++next;
    } while (!taken.insert(name).second || name == "e" || name == "x");
    return name;
  }

  std::string operand(Value value, Strength least) {
    const Text &text = texts[value];
    return text.strength < least ? "(" + text.text + ")" : text.text;
  }

  Text infix(Operation *op, StringRef sign, Strength strength, bool rightAlsoEqual) {
    auto right = rightAlsoEqual ? strength : Strength(strength + 1);
    return {operand(op->getOperand(0), strength) + sign.str() + operand(op->getOperand(1), right),
            strength};
  }

  // Constants stand in front: the dialect keeps them behind.
  Text product(MulOp op) {
    if (op.getLhs() == op.getRhs())
      return {operand(op.getLhs(), Atom) + "^2", Power};
    Value first = op.getLhs(), second = op.getRhs();
    if (second.getDefiningOp<ConstantOp>())
      std::swap(first, second);
    return {operand(first, Product) + " * " + operand(second, Minus), Product};
  }

  Text call(Operation *op, StringRef name) {
    std::string arguments;
    for (Value value : op->getOperands())
      arguments += (arguments.empty() ? "" : ", ") + operand(value, Lowest);
    return {name.str() + "(" + arguments + ")"};
  }

  Text comparison(CompareOp op) {
    static constexpr StringRef signs[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    return {operand(op.getLhs(), Sum) + signs[unsigned(op.getPredicate())].str() +
                operand(op.getRhs(), Sum),
            Comparison};
  }

  Text raise(Operation *op) {
    return llvm::TypeSwitch<Operation *, Text>(op)
        .Case([&](ConstantOp constant) { return number(constant); })
        .Case([&](AddOp) { return infix(op, " + ", Sum, true); })
        .Case([&](SubOp) { return infix(op, " - ", Sum, false); })
        .Case([&](DivOp) { return infix(op, " / ", Product, false); })
        .Case([&](MulOp product) { return this->product(product); })
        .Case([&](PowOp) {
          return Text{operand(op->getOperand(0), Atom) + "^" + operand(op->getOperand(1), Power),
                      Power};
        })
        .Case([&](NegOp) {
          Value inner = op->getOperand(0); // −a·b reads as (−a)·b, which is the same number
          return Text{"-" + operand(inner, Product),
                      texts[inner].strength == Product ? Product : Minus};
        })
        .Case([&](CompareOp compare) { return comparison(compare); })
        .Case([&](AndOp) { return infix(op, " and ", And, true); })
        .Case([&](OrOp) { return infix(op, " or ", Or, true); })
        .Case([&](NotOp) { return Text{"not " + operand(op->getOperand(0), Not), Not}; })
        .Case([&](SelectOp) {
          return Text{"if " + operand(op->getOperand(0), Lowest) + " then " +
                          operand(op->getOperand(1), Lowest) + " else " +
                          operand(op->getOperand(2), Lowest),
                      Lowest};
        })
        // Operations without a name of their own in the language.
        .Case([&](Sech2Op) {
          return Text{"sech(" + operand(op->getOperand(0), Lowest) + ")^2", Power};
        })
        .Case([&](LogisticPdfOp) {
          return Text{"sigmoid(" + operand(op->getOperand(0), Lowest) + ") * sigmoid(-" +
                          operand(op->getOperand(0), Product) + ")",
                      Product};
        })
        .Case([&](TanhSoftplusOp) {
          return Text{"tanh(softplus(" + operand(op->getOperand(0), Lowest) + "))"};
        })
        .Case([&](TanhshrinkOp) {
          return Text{operand(op->getOperand(0), Sum) + " - tanh(" +
                          operand(op->getOperand(0), Lowest) + ")",
                      Sum};
        })
        .Case([&](GeluOp) {
          return Text{operand(op->getOperand(0), Product) + " * Phi(" +
                          operand(op->getOperand(0), Lowest) + ")",
                      Product};
        })
        .Case([&](GeluSlopeOp) {
          std::string x = operand(op->getOperand(0), Lowest);
          return Text{
              "Phi(" + x + ") + " + operand(op->getOperand(0), Product) + " * phi(" + x + ")", Sum};
        })
        .Case([&](MishSlopeOp) {
          std::string x = operand(op->getOperand(0), Lowest), y = "softplus(" + x + ")";
          return Text{"tanh(" + y + ") + " + operand(op->getOperand(0), Product) + " * (sech(" + y +
                          ")^2 * sigmoid(" + x + "))",
                      Sum};
        })
        .Case([&](ErfcxSlopeOp) {
          std::string x = operand(op->getOperand(0), Lowest);
          return Text{"2 * " + operand(op->getOperand(0), Minus) + " * erfcx(" + x +
                          ") - 2 / sqrt(pi)",
                      Sum};
        })
        .Case([&](LogErfcOp) {
          return Text{"log(erfc(" + operand(op->getOperand(0), Lowest) + "))"};
        })
        .Case([&](LogNormalCdfOp) { return call(op, "log_Phi"); })
        .Case([&](NormalCdfOp) { return call(op, "Phi"); })
        .Case([&](NormalPdfOp) { return call(op, "phi"); })
        .Default([&](Operation *) { return call(op, op->getName().stripDialect()); });
  }

  func::FuncOp function;
  llvm::DenseMap<Value, Text> texts;
  llvm::StringSet<> taken;
  unsigned next = 0;
};

} // namespace

std::string raiseToText(func::FuncOp function) {
  return Raiser(ExactForm(function).function()).run();
}

std::string excerpt(func::FuncOp function, Value value) {
  const ExactForm exact(function);
  return Raiser(exact.function()).excerpt(exact.of(value));
}

} // namespace xphi::compiler
