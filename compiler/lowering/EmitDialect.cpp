// From a checked program to the xphi dialect: one func.func for each definition.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/EmitDialect.h"

#include "dialect/XphiDialect.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/ErrorHandling.h"

#include <limits>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {
namespace {

class DefinitionEmitter {
public:
  DefinitionEmitter(const dsl::Program &program, const dsl::Definition &definition,
                    func::FuncOp function)
      : program(program), definition(definition), function(function),
        builder(OpBuilder::atBlockEnd(function.addEntryBlock())) {
    locals.resize(definition.lets.size());
    Value result = emit(definition.body);
    func::ReturnOp::create(builder, function.getLoc(), result);
  }

private:
  template <class Op> Value create(ValueRange operands) {
    return Op::create(builder, function.getLoc(), operands.front().getType(), operands);
  }
  Value constant(double value) { return ConstantOp::create(builder, function.getLoc(), value); }
  Value compare(Predicate predicate, ValueRange operands) {
    return CompareOp::create(builder, function.getLoc(), builder.getI1Type(), predicate,
                             operands[0], operands[1]);
  }

  Value emit(dsl::ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    if (expr.kind == dsl::ExprKind::Let) {
      locals[expr.index] = emit(program.operand(id, 0));
      return emit(program.operand(id, 1));
    }
    llvm::SmallVector<Value> operands;
    for (dsl::ExprId operand : program.operands(id))
      operands.push_back(emit(operand));
    switch (expr.kind) {
    case dsl::ExprKind::Number:
      return emitNumber(program.number(id));
    case dsl::ExprKind::Input:
      return function.getArgument(expr.index);
    case dsl::ExprKind::Parameter:
      return function.getArgument(definition.inputs.size() + expr.index);
    case dsl::ExprKind::Local:
      return locals[expr.index];
    case dsl::ExprKind::If:
      return emitIf(expr.type, operands);
    case dsl::ExprKind::Apply:
      return emitPrimitive(expr.primitive, operands);
    case dsl::ExprKind::Call:
      return func::CallOp::create(builder, function.getLoc(), program.definitions[expr.index].name,
                                  RealType::get(builder.getContext()), operands)
          .getResult(0);
    case dsl::ExprKind::Let:
      break;
    }
    llvm_unreachable("every kind of expression is handled");
  }

  Value emitNumber(const dsl::Number &number) {
    switch (number.constant) {
    case dsl::Number::Constant::Decimal:
      return constant(number.value);
    case dsl::Number::Constant::Pi:
      return constant(std::numbers::pi);
    case dsl::Number::Constant::E:
      return constant(std::numbers::e);
    case dsl::Number::Constant::Infinity:
      return constant(std::numeric_limits<double>::infinity());
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
    case Clamp: return create<MinOp>({create<MaxOp>({x[0], x[1]}), x[2]});
    case Floor: return create<FloorOp>(x);
    case Ceil: return create<CeilOp>(x);
    case Round: return create<RoundOp>(x);
    case Step: return create<StepOp>(x);
    case Sqrt: return create<SqrtOp>(x);
    case Rsqrt: return create<RsqrtOp>(x);
    case Cbrt: return create<CbrtOp>(x);
    case Hypot: return create<SqrtOp>(create<AddOp>({create<MulOp>({x[0], x[0]}),
                                                     create<MulOp>({x[1], x[1]})}));
    case Exp: return create<ExpOp>(x);
    case Exp2: return create<Exp2Op>(x);
    case Expm1: return create<Expm1Op>(x);
    case Log: return create<LogOp>(x);
    case Log2: return create<Log2Op>(x);
    case Log1p: return create<Log1pOp>(x);
    case Sinh: return create<SinhOp>(x);
    case Cosh: return create<CoshOp>(x);
    case Tanh: return create<TanhOp>(x);
    case Asinh: return create<AsinhOp>(x);
    case Acosh: return create<AcoshOp>(x);
    case Atanh: return create<AtanhOp>(x);
    case Erf: return create<ErfOp>(x);
    case Erfc: return create<ErfcOp>(x);
    case NormalCdf: return create<NormalCdfOp>(x);
    case NormalPdf: return create<NormalPdfOp>(x);
    case Sigmoid: return create<SigmoidOp>(x);
    case LogSigmoid: return create<NegOp>(create<SoftplusOp>(create<NegOp>(x)));
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

  const dsl::Program &program;
  const dsl::Definition &definition;
  func::FuncOp function;
  OpBuilder builder;
  std::vector<Value> locals;
};

} // namespace

OwningOpRef<ModuleOp> emitDialect(MLIRContext &context, const dsl::Program &program,
                                  dsl::DefinitionIndex entry) {
  context.loadDialect<XphiDialect, func::FuncDialect>();
  OpBuilder builder(&context);
  Location location = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  builder.setInsertionPointToEnd(module->getBody());
  Type real = RealType::get(&context);

  for (dsl::DefinitionIndex index = 0; index <= entry; ++index) {
    const dsl::Definition &definition = program.definitions[index];
    unsigned arguments = definition.inputs.size() + definition.parameters.size();
    auto type = builder.getFunctionType(llvm::SmallVector<Type>(arguments, real), real);
    auto function = func::FuncOp::create(builder, location, definition.name, type);
    function.setVisibility(index == entry ? SymbolTable::Visibility::Public
                                          : SymbolTable::Visibility::Private);
    unsigned position = 0;
    for (const std::string &name : definition.inputs)
      function.setArgAttr(position++, inputName, builder.getStringAttr(name));
    for (const dsl::Parameter &parameter : definition.parameters)
      function.setArgAttr(position++, parameterName, builder.getStringAttr(parameter.name));
    DefinitionEmitter(program, definition, function);
  }
  return module;
}

} // namespace xphi::compiler
