// From a checked program to the xphi dialect: one func.func for each definition, and one for each
// derivative that a definition names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "import/EmitDialect.h"

#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/ErrorHandling.h"

#include <map>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Emits a definition, and before it a function for each derivative it names.
class DefinitionEmitter {
public:
  DefinitionEmitter(ModuleOp module, const dsl::Program &program, dsl::DefinitionIndex index)
      : module(module), program(program), definition(program.definitions[index]) {}

  func::FuncOp emit() {
    if (definition.grads.empty() && definition.kinks.empty())
      return emitFunction(definition.name, definition.body);
    // The derivatives without a clause are those of the body.
    const unsigned variables = definition.inputs.size() + definition.parameters.size();
    std::vector<std::string> ordinary(variables);
    for (unsigned variable = 0; variable < variables; ++variable)
      if (!gradClause(variable))
        ordinary[variable] = emitDerivative(variable, definition.body);
    return emitFunction(definition.name, definition.body, [&](FunctionEmitter &body, Value value) {
      return withGradients(body, value, ordinary);
    });
  }

private:
  // One function: the definition's arguments, and one of its expressions.
  class FunctionEmitter {
  public:
    FunctionEmitter(DefinitionEmitter &owner, func::FuncOp function)
        : owner(owner), program(owner.program), definition(owner.definition), function(function),
          builder(OpBuilder::atBlockEnd(function.addEntryBlock())), locals(definition.lets.size()) {
    }

    void finish(Value result) { func::ReturnOp::create(builder, function.getLoc(), result); }

    Value emit(dsl::ExprId id) {
      const dsl::Expr &expr = program.expr(id);
      switch (expr.kind) {
      case dsl::ExprKind::Let:
        owner.letValues[expr.index] = program.operand(id, 0);
        locals[expr.index] = emit(program.operand(id, 0));
        return emit(program.operand(id, 1));
      case dsl::ExprKind::Local: // in a derivative also one that was bound outside of it
        if (!locals[expr.index])
          locals[expr.index] = emit(owner.letValues[expr.index]);
        return locals[expr.index];
      case dsl::ExprKind::Diff:
        return call(owner.emitDerivative(expr.index, program.operand(id, 0)),
                    llvm::SmallVector<Value>(function.getArguments()));
      case dsl::ExprKind::Number:
        return emitNumber(program.number(id));
      case dsl::ExprKind::Input:
        return function.getArgument(expr.index);
      case dsl::ExprKind::Parameter:
        return function.getArgument(definition.inputs.size() + expr.index);
      case dsl::ExprKind::If:
        return emitIf(expr.type, emitOperands(id));
      case dsl::ExprKind::Apply:
        return emitPrimitive(expr.primitive, emitOperands(id));
      case dsl::ExprKind::Call:
        return call(program.definitions[expr.index].name, emitOperands(id));
      }
      llvm_unreachable("every kind of expression is handled");
    }

    Value call(StringRef callee, ArrayRef<Value> operands) {
      return func::CallOp::create(builder, function.getLoc(), callee,
                                  RealType::get(builder.getContext()), operands)
          .getResult(0);
    }
    Value compare(Predicate predicate, ValueRange operands) {
      return CompareOp::create(builder, function.getLoc(), builder.getI1Type(), predicate,
                               operands[0], operands[1]);
    }
    Value select(Value condition, Value a, Value b) {
      return SelectOp::create(builder, function.getLoc(), a.getType(), condition, a, b);
    }
    Value customGradient(Value value, ArrayRef<Value> gradients) {
      return CustomGradientOp::create(builder, function.getLoc(), value.getType(), value,
                                      function.getArguments(), gradients);
    }
    Value argument(unsigned variable) { return function.getArgument(variable); }
    llvm::SmallVector<Value> arguments() {
      return llvm::SmallVector<Value>(function.getArguments());
    }

  private:
    template <class Op> Value create(ValueRange operands) {
      return Op::create(builder, function.getLoc(), operands.front().getType(), operands);
    }
    Value constant(StringRef text) { return ConstantOp::create(builder, function.getLoc(), text); }

    llvm::SmallVector<Value> emitOperands(dsl::ExprId id) {
      llvm::SmallVector<Value> operands;
      for (dsl::ExprId operand : program.operands(id))
        operands.push_back(emit(operand));
      return operands;
    }

    Value emitNumber(const dsl::Number &number) {
      switch (number.constant) {
      case dsl::Number::Constant::Decimal:
        return constant(Rational::parse(number.text)->fraction());
      case dsl::Number::Constant::Pi:
        return constant("pi");
      case dsl::Number::Constant::E:
        return constant("e");
      case dsl::Number::Constant::Infinity:
        return constant("inf");
      }
      llvm_unreachable("every kind of number is handled");
    }

    Value emitIf(dsl::Type type, ArrayRef<Value> operands) {
      if (type == dsl::Type::Number)
        return SelectOp::create(builder, function.getLoc(), operands[1].getType(), operands[0],
                                operands[1], operands[2]);
      Value holds = create<AndOp>({operands[0], operands[1]});
      Value fails = create<AndOp>({create<NotOp>(operands[0]), operands[2]});
      return create<OrOp>({holds, fails});
    }

    // Towards zero: the ceiling below it, which keeps the sign of −0.5, and the floor above.
    Value truncated(Value x) {
      Value negative = compare(Predicate::Less, {x, constant("0")});
      return select(negative, create<CeilOp>(x), create<FloorOp>(x));
    }

    // −0 keeps its sign.
    Value fraction(Value x) {
      Value isFraction = compare(Predicate::Less, {create<AbsOp>(x), constant("1")});
      return select(isFraction, x, create<SubOp>({x, truncated(x)}));
    }

    Value emitPrimitive(dsl::Primitive primitive, ArrayRef<Value> x) {
      using enum dsl::Primitive;
      switch (primitive) {
        // clang-format off
    case Neg: return create<NegOp>(x);
    case Add: return create<AddOp>(x);
    case Sub: return create<SubOp>(x);
    case Mul: return create<MulOp>(x);
    case Div: return create<DivOp>(x);
    case Pow: return create<PowOp>(x);
    case Lt: return compare(Predicate::Less, x);
    case Le: return compare(Predicate::LessEqual, x);
    case Gt: return compare(Predicate::Greater, x);
    case Ge: return compare(Predicate::GreaterEqual, x);
    case Eq: return compare(Predicate::Equal, x);
    case Ne: return compare(Predicate::NotEqual, x);
    case And: return create<AndOp>(x);
    case Or: return create<OrOp>(x);
    case Not: return create<NotOp>(x);
    case Abs: return create<AbsOp>(x);
    case Sign: return create<SignOp>(x);
    case Min: return create<MinOp>(x);
    case Max: return create<MaxOp>(x);
    case Clamp: return clamp(x);
    case Floor: return create<FloorOp>(x);
    case Ceil: return create<CeilOp>(x);
    case Round: return create<RoundOp>(x);
    case Trunc: return truncated(x[0]);
    case Frac: return fraction(x[0]);
    case IsNan: return compare(Predicate::NotEqual, {x[0], x[0]});
    case Step: return create<StepOp>(x);
    case Dropped: return DroppedOp::create(builder, function.getLoc(), builder.getI1Type(), x[0], x[1], x[2]);
    case Sqrt: return create<SqrtOp>(x);
    case Rsqrt: return create<RsqrtOp>(x);
    case Cbrt: return create<CbrtOp>(x);
    case Hypot: return create<SqrtOp>(create<AddOp>({create<MulOp>({x[0], x[0]}),
                                                     create<MulOp>({x[1], x[1]})}));
    case Exp: return create<ExpOp>(x);
    case Exp2: return create<Exp2Op>(x);
    case Exp10: return create<ExpOp>(create<MulOp>({x[0], create<LogOp>(constant("10"))}));
    case Expm1: return create<Expm1Op>(x);
    case Log: return create<LogOp>(x);
    case Log2: return create<Log2Op>(x);
    case Log10: return create<DivOp>({create<LogOp>(x), create<LogOp>(constant("10"))});
    case Log1p: return create<Log1pOp>(x);
    case Log1mexp: return create<Log1mexpOp>(x);
    case LogAddExp: return create<LogAddExpOp>(x);
    case Sinh: return create<SinhOp>(x);
    case Cosh: return create<CoshOp>(x);
    case Tanh: return create<TanhOp>(x);
    case Sech: return create<DivOp>({constant("1"), create<CoshOp>(x)});
    case Asinh: return create<AsinhOp>(x);
    case Acosh: return create<AcoshOp>(x);
    case Atanh: return create<AtanhOp>(x);
    case Erf: return create<ErfOp>(x);
    case Erfc: return create<ErfcOp>(x);
    case Erfcx: return create<ErfcxOp>(x);
    case LogNormalCdf: return create<LogNormalCdfOp>(x);
    case NormalCdf: return create<NormalCdfOp>(x);
    case NormalPdf: return create<NormalPdfOp>(x);
    case Sigmoid: return create<SigmoidOp>(x);
    case LogSigmoid: return create<NegOp>(create<SoftplusOp>(create<NegOp>(x)));
    case Logit: return create<SubOp>({create<LogOp>(x), create<Log1pOp>(create<NegOp>(x))});
    case Softplus: return create<SoftplusOp>(x);
    case Sin: return create<SinOp>(x);
    case Cos: return create<CosOp>(x);
    case Tan: return create<TanOp>(x);
    case Asin: return create<AsinOp>(x);
    case Acos: return create<AcosOp>(x);
    case Atan: return create<AtanOp>(x);
        // clang-format on
      }
      llvm_unreachable("every primitive is handled");
    }

    // At its bounds the slope is that of the bound, as PyTorch's: not half of either, as that of
    // min and max.
    Value clamp(ArrayRef<Value> x) {
      Value zero = constant("0"), one = constant("1"), value = x[0];
      llvm::SmallVector<Value> gradients{one, zero, zero};
      auto isInfinite = [](Value bound) {
        auto number = bound.getDefiningOp<ConstantOp>();
        return number && number.getValue() == "inf";
      };
      auto negation = x[1].getDefiningOp<NegOp>();
      if (!negation || !isInfinite(negation.getOperand())) {
        Value above = compare(Predicate::Greater, {x[0], x[1]});
        value = create<MaxOp>({x[0], x[1]});
        gradients = {select(above, one, zero), select(above, zero, one), zero};
      }
      if (!isInfinite(x[2])) {
        Value below = compare(Predicate::Less, {value, x[2]});
        value = create<MinOp>({value, x[2]});
        gradients = {select(below, gradients[0], zero), select(below, gradients[1], zero),
                     select(below, zero, one)};
      }
      return CustomGradientOp::create(builder, function.getLoc(), value.getType(), value, x,
                                      gradients);
    }

    DefinitionEmitter &owner;
    const dsl::Program &program;
    const dsl::Definition &definition;
    func::FuncOp function;
    OpBuilder builder;
    std::vector<Value> locals;
  };

  const dsl::GradClause *gradClause(unsigned variable) const {
    for (const dsl::GradClause &clause : definition.grads)
      if (clause.variable == variable)
        return &clause;
    return nullptr;
  }

  Value withGradients(FunctionEmitter &body, Value value, ArrayRef<std::string> ordinary) {
    llvm::SmallVector<Value> gradients;
    for (unsigned variable = 0; variable < ordinary.size(); ++variable) {
      const dsl::GradClause *clause = gradClause(variable);
      Value gradient =
          clause ? body.emit(clause->derivative) : body.call(ordinary[variable], body.arguments());
      for (const dsl::KinkClause &kink : llvm::reverse(definition.kinks))
        if (kink.variable == variable) {
          Value there =
              body.compare(Predicate::Equal, {body.argument(variable), body.emit(kink.position)});
          gradient = body.select(there, body.emit(kink.derivative), gradient);
        }
      gradients.push_back(gradient);
    }
    return body.customGradient(value, gradients);
  }

  // Emits a function for the expression's derivative; gives its name.
  std::string emitDerivative(unsigned variable, dsl::ExprId expression) {
    std::string name = definition.name + ".d" + std::to_string(derivatives++);
    func::FuncOp function = emitFunction(name, expression);
    say(function, deriveName, OpBuilder(function).getI32IntegerAttr(int(variable)));
    return name;
  }

  template <class Wrap = std::nullptr_t>
  func::FuncOp emitFunction(StringRef name, dsl::ExprId expression, Wrap wrap = nullptr) {
    OpBuilder builder(module.getContext());
    Location location = builder.getUnknownLoc();
    Type real = RealType::get(module.getContext());
    unsigned arguments = definition.inputs.size() + definition.parameters.size();
    auto type = builder.getFunctionType(llvm::SmallVector<Type>(arguments, real), real);
    auto function = func::FuncOp::create(builder, location, name, type);
    function.setPrivate();
    // All at once: each of the lists on the way would stay in the context.
    llvm::SmallVector<DictionaryAttr> attributes;
    auto add = [&](ArrayRef<NamedAttribute> named) {
      attributes.push_back(builder.getDictionaryAttr(named));
    };
    for (const std::string &input : definition.inputs)
      add(builder.getNamedAttr(inputName, builder.getStringAttr(input)));
    for (const dsl::Parameter &parameter : definition.parameters) {
      NamedAttribute name =
          builder.getNamedAttr(parameterName, builder.getStringAttr(parameter.name));
      if (parameter.channel)
        add({builder.getNamedAttr(channelName, builder.getUnitAttr()), name});
      else
        add(name);
    }
    function.setAllArgAttrs(attributes);
    FunctionEmitter body(*this, function);
    Value result = body.emit(expression);
    if constexpr (!std::is_null_pointer_v<Wrap>)
      result = wrap(body, result);
    body.finish(result);
    // Functions for derivatives within it are there already: callees come first.
    module.push_back(function);
    return function;
  }

  ModuleOp module;
  const dsl::Program &program;
  const dsl::Definition &definition;
  std::map<uint32_t, dsl::ExprId> letValues;
  unsigned derivatives = 0;
};

} // namespace

OwningOpRef<ModuleOp> emitDialect(MLIRContext &context, const dsl::Program &program,
                                  dsl::DefinitionIndex entry) {
  context.loadDialect<XphiDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  for (dsl::DefinitionIndex index = 0; index <= entry; ++index) {
    func::FuncOp function = DefinitionEmitter(*module, program, index).emit();
    if (index == entry)
      function.setPublic();
  }
  return module;
}

} // namespace xphi::compiler
