// The words of each language that kernels are written in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/TextLanguages.h"

namespace xphi::compiler {
namespace {

using Words = std::initializer_list<std::pair<llvm::StringRef, const char *>>;

void add(llvm::StringMap<std::string> &words, Words more) {
  for (auto [name, word] : more)
    words[name] = word;
}

// What the languages of C's family have in common, masks aside.
constexpr std::pair<llvm::StringRef, const char *> arithmetic[] = {
    {"arith.addf", "{0} + {1}"},      {"arith.subf", "{0} - {1}"},
    {"arith.mulf", "{0} * {1}"},      {"arith.divf", "{0} / {1}"},
    {"arith.negf", "-{0}"},           {"arith.addi", "{0} + {1}"},
    {"arith.subi", "{0} - {1}"},      {"arith.muli", "{0} * {1}"},
    {"arith.andi", "{0} & {1}"},      {"arith.ori", "{0} | {1}"},
    {"arith.xori", "{0} ^ {1}"},      {"arith.shli", "{0} << {1}"},
    {"arith.shrui", "{0} >> {1}"},    {"arith.select", "{0} ? {1} : {2}"},
    {"arith.cmpf.olt", "{0} < {1}"},  {"arith.cmpf.ole", "{0} <= {1}"},
    {"arith.cmpf.ogt", "{0} > {1}"},  {"arith.cmpf.oge", "{0} >= {1}"},
    {"arith.cmpf.oeq", "{0} == {1}"}, {"arith.cmpf.une", "{0} != {1}"},
    {"arith.cmpi.eq", "{0} == {1}"},  {"arith.cmpi.ne", "{0} != {1}"},
    {"arith.cmpi.ult", "{0} < {1}"},  {"arith.cmpi.ule", "{0} <= {1}"},
    {"arith.cmpi.ugt", "{0} > {1}"},  {"arith.cmpi.uge", "{0} >= {1}"},
};

// Words that both C and CUDA have, for one element.
constexpr std::pair<llvm::StringRef, const char *> scalar[] = {
    {"arith.cmpf.uno", "!({0} == {0}) | !({1} == {1})"},
    {"arith.cmpf.ord", "({0} == {0}) & ({1} == {1})"},
    {"arith.cmpf.one", "({0} < {1}) | ({0} > {1})"},
    {"arith.shrsi.i32", "(uint32_t)((int32_t){0} >> {1})"},
    {"arith.shrsi.i64", "(uint64_t)((int64_t){0} >> {1})"},
    {"math.absf.f32", "fabsf({0})"},
    {"math.absf.f64", "fabs({0})"},
    {"math.copysign.f32", "copysignf({0}, {1})"},
    {"math.copysign.f64", "copysign({0}, {1})"},
    {"math.floor.f32", "floorf({0})"},
    {"math.floor.f64", "floor({0})"},
    {"math.ceil.f32", "ceilf({0})"},
    {"math.ceil.f64", "ceil({0})"},
    {"math.trunc.f32", "truncf({0})"},
    {"math.trunc.f64", "trunc({0})"},
    {"math.roundeven.f32", "rintf({0})"},
    {"math.roundeven.f64", "rint({0})"},
    {"arith.extf", "(double){0}"},
    {"arith.truncf", "(float){0}"},
    {"arith.extui.i8", "(uint8_t){0}"},
    {"arith.extui.i32", "(uint32_t){0}"},
    {"arith.extui.i64", "(uint64_t){0}"},
    {"arith.trunci.i32", "(uint32_t){0}"},
    {"arith.fptoui.f64.i32", "(uint32_t){0}"},
    {"arith.fptosi.f64.i32", "(uint32_t)(int32_t){0}"},
    {"arith.sitofp.i32.f32", "(float)(int32_t){0}"},
    {"arith.cmpi.sle.i32", "(int32_t){0} <= (int32_t){1}"},
};

BodyLanguage makeC() {
  BodyLanguage c;
  add(c.types, {{"f32", "float"},
                {"f64", "double"},
                {"i1", "_Bool"},
                {"i8", "uint8_t"},
                {"i32", "uint32_t"},
                {"i64", "uint64_t"}});
  for (auto [name, word] : arithmetic)
    c.operations[name] = word;
  for (auto [name, word] : scalar)
    c.operations[name] = word;
  add(c.operations, {{"math.fma.f32", "fmaf({0}, {1}, {2})"},
                     {"math.fma.f64", "fma({0}, {1}, {2})"},
                     {"math.sqrt.f32", "sqrtf({0})"},
                     {"math.sqrt.f64", "sqrt({0})"},
                     {"arith.bitcast.f32.i32", "xphi_bits_of_float({0})"},
                     {"arith.bitcast.f64.i64", "xphi_bits_of_double({0})"},
                     {"arith.bitcast.i32.f32", "xphi_float_of_bits({0})"},
                     {"arith.bitcast.i64.f64", "xphi_double_of_bits({0})"}});
  c.constant = "{0}";
  c.infinity = "INFINITY";
  c.nan = "NAN";
  c.yes = "1";
  c.no = "0";
  c.condition = "{0}";
  c.function = "XPHI_MAYBE_UNUSED static inline ";
  c.reference = "{0} *{1}";
  c.pass = "&{0}";
  c.assign = "*{0}";
  return c;
}

BodyLanguage makeCuda() {
  BodyLanguage cuda = makeC();
  cuda.types["i1"] = "bool";
  // As functions, which nvcc contracts to nothing and rounds to nearest whatever its flags are.
  add(cuda.operations, {{"arith.addf.f32", "__fadd_rn({0}, {1})"},
                        {"arith.addf.f64", "__dadd_rn({0}, {1})"},
                        {"arith.subf.f32", "__fsub_rn({0}, {1})"},
                        {"arith.subf.f64", "__dsub_rn({0}, {1})"},
                        {"arith.mulf.f32", "__fmul_rn({0}, {1})"},
                        {"arith.mulf.f64", "__dmul_rn({0}, {1})"},
                        {"arith.divf.f32", "__fdiv_rn({0}, {1})"},
                        {"arith.divf.f64", "__ddiv_rn({0}, {1})"},
                        {"math.fma.f32", "__fmaf_rn({0}, {1}, {2})"},
                        {"math.fma.f64", "__fma_rn({0}, {1}, {2})"},
                        {"math.sqrt.f32", "__fsqrt_rn({0})"},
                        {"math.sqrt.f64", "__dsqrt_rn({0})"},
                        {"arith.bitcast.f32.i32", "__float_as_uint({0})"},
                        {"arith.bitcast.f64.i64", "(uint64_t)__double_as_longlong({0})"},
                        {"arith.bitcast.i32.f32", "__uint_as_float({0})"},
                        {"arith.bitcast.i64.f64", "__longlong_as_double((long long){0})"}});
  cuda.function = "static __device__ __forceinline__ ";
  return cuda;
}

BodyLanguage makeCpp() {
  BodyLanguage cpp;
  add(cpp.types, {{"f32", "typename xphi_lanes::of<lanes>::f32"},
                  {"f64", "typename xphi_lanes::of<lanes>::f64"},
                  {"i1", "typename xphi_lanes::of<lanes>::mask"},
                  {"i32", "typename xphi_lanes::of<lanes>::u32"},
                  {"i64", "typename xphi_lanes::of<lanes>::u64"}});
  for (auto [name, word] : arithmetic)
    cpp.operations[name] = word;
  for (auto &entry : cpp.operations)
    if (entry.first().starts_with("arith.cmp"))
      entry.second = "xphi_lanes::mask<lanes>(" + entry.second + ")";
  add(cpp.operations,
      {{"arith.cmpf.uno", "xphi_lanes::mask<lanes>(({0} != {0}) | ({1} != {1}))"},
       {"arith.cmpf.ord", "xphi_lanes::mask<lanes>(({0} == {0}) & ({1} == {1}))"},
       {"arith.cmpf.one", "xphi_lanes::mask<lanes>(({0} < {1}) | ({0} > {1}))"},
       {"arith.shrsi.i32",
        "xphi_lanes::shiftSigned<typename xphi_lanes::of<lanes>::mask>({0}, {1})"},
       {"arith.shrsi.i64",
        "xphi_lanes::shiftSigned<typename xphi_lanes::of<lanes>::wideMask>({0}, {1})"},
       {"arith.select", "xphi_lanes::select<lanes>({0}, {1}, {2})"},
       {"math.fma", "xphi_lanes::fma<lanes>({0}, {1}, {2})"},
       {"math.absf", "xphi_lanes::abs<lanes>({0})"},
       {"math.sqrt", "xphi_lanes::sqrt<lanes>({0})"},
       {"math.floor", "xphi_lanes::floor<lanes>({0})"},
       {"math.ceil", "xphi_lanes::ceil<lanes>({0})"},
       {"math.trunc", "xphi_lanes::trunc<lanes>({0})"},
       {"math.roundeven", "xphi_lanes::roundEven<lanes>({0})"},
       {"math.copysign", "xphi_lanes::copySign<lanes>({0}, {1})"},
       {"arith.extf", "__builtin_convertvector({0}, typename xphi_lanes::of<lanes>::f64)"},
       {"arith.truncf", "__builtin_convertvector({0}, typename xphi_lanes::of<lanes>::f32)"},
       {"arith.extui.i32.i64", "__builtin_convertvector({0}, typename xphi_lanes::of<lanes>::u64)"},
       {"arith.trunci.i64.i32",
        "__builtin_convertvector({0}, typename xphi_lanes::of<lanes>::u32)"},
       {"arith.fptoui.f64.i32",
        "__builtin_convertvector({0}, typename xphi_lanes::of<lanes>::u32)"},
       {"arith.sitofp.i32.f32",
        "__builtin_convertvector((typename xphi_lanes::of<lanes>::mask){0}, "
        "typename xphi_lanes::of<lanes>::f32)"},
       {"arith.fptosi.f64.i32", "(typename xphi_lanes::of<lanes>::u32)__builtin_convertvector("
                                "{0}, typename xphi_lanes::of<lanes>::mask)"},
       {"arith.cmpi.sle.i32",
        "xphi_lanes::mask<lanes>((typename xphi_lanes::of<lanes>::mask){0} <= "
        "(typename xphi_lanes::of<lanes>::mask){1})"},
       {"arith.bitcast.f32.i32", "(typename xphi_lanes::of<lanes>::u32){0}"},
       {"arith.bitcast.f64.i64", "(typename xphi_lanes::of<lanes>::u64){0}"},
       {"arith.bitcast.i32.f32", "(typename xphi_lanes::of<lanes>::f32){0}"},
       {"arith.bitcast.i64.f64", "(typename xphi_lanes::of<lanes>::f64){0}"}});
  cpp.constant = "xphi_lanes::all<{1}>({0})";
  cpp.infinity = "__builtin_inff()";
  cpp.nan = "__builtin_nanf(\"\")";
  cpp.yes = "-1";
  cpp.no = "0";
  cpp.condition = "xphi_lanes::any<lanes>({0})";
  cpp.function = "template <int lanes>\ninline ";
  cpp.callee = "<lanes>";
  cpp.reference = "{0} &{1}";
  cpp.pass = "{0}";
  cpp.assign = "{0}";
  return cpp;
}

BodyLanguage makeTriton() {
  BodyLanguage triton;
  triton.syntax = BodyLanguage::Syntax::Python;
  triton.hexadecimal = false;
  add(triton.types, {{"f32", "tl.float32"},
                     {"f64", "tl.float64"},
                     {"i1", "tl.int1"},
                     {"i32", "tl.int32"},
                     {"i64", "tl.int64"}});
  for (auto [name, word] : arithmetic)
    triton.operations[name] = word;
  // A product by -1 and not the difference from 0, which is what Triton makes of a minus: it loses
  // the sign of a zero. Shifts of signed numbers are of their sign.
  add(triton.operations, {{"arith.negf", "{0} * -1.0"},
                          {"arith.divf.f32", "tl.div_rn({0}, {1})"},
                          {"arith.select", "tl.where({0}, {1}, {2})"},
                          {"arith.cmpf.uno", "({0} != {0}) | ({1} != {1})"},
                          {"arith.cmpf.ord", "({0} == {0}) & ({1} == {1})"},
                          {"arith.cmpf.one", "({0} < {1}) | ({0} > {1})"},
                          {"arith.shrsi", "{0} >> {1}"},
                          {"math.fma", "tl.fma({0}, {1}, {2})"},
                          {"math.absf", "tl.abs({0})"},
                          {"math.sqrt.f32", "tl.sqrt_rn({0})"},
                          {"math.sqrt.f64", "libdevice.sqrt({0})"},
                          {"math.floor", "libdevice.floor({0})"},
                          {"math.ceil", "libdevice.ceil({0})"},
                          {"math.trunc", "libdevice.trunc({0})"},
                          {"math.roundeven", "libdevice.rint({0})"},
                          {"math.copysign", "libdevice.copysign({0}, {1})"},
                          {"arith.extf", "{0}.to(tl.float64)"},
                          {"arith.truncf", "{0}.to(tl.float32)"},
                          {"arith.bitcast.f32.i32", "{0}.to(tl.int32, bitcast=True)"},
                          {"arith.bitcast.f64.i64", "{0}.to(tl.int64, bitcast=True)"},
                          {"arith.bitcast.i32.f32", "{0}.to(tl.float32, bitcast=True)"},
                          {"arith.bitcast.i64.f64", "{0}.to(tl.float64, bitcast=True)"},
                          {"arith.fptoui.f64.i32", "{0}.to(tl.int64).to(tl.int32)"},
                          {"arith.fptosi.f64.i32", "{0}.to(tl.int32)"},
                          {"arith.sitofp.i32.f32", "{0}.to(tl.float32)"},
                          {"arith.extui.i32.i64", "{0}.to(tl.uint32, bitcast=True).to(tl.int64)"},
                          {"arith.trunci.i64.i32", "{0}.to(tl.int32)"},
                          {"arith.cmpi.sle.i32", "{0} <= {1}"}});
  triton.operations.erase("arith.shrui");
  for (const std::string bits : {"32", "64"}) {
    const std::string isUnsigned = ".to(tl.uint" + bits + ", bitcast=True)";
    triton.operations["arith.shrui.i" + bits] =
        "({0}" + isUnsigned + " >> {1}" + isUnsigned + ").to(tl.int" + bits + ", bitcast=True)";
  }
  for (auto [predicate, word] :
       {std::pair("ult", "<"), {"ule", "<="}, {"ugt", ">"}, {"uge", ">="}}) {
    const std::string name = std::string("arith.cmpi.") + predicate,
                      bits = ".to(tl.uint32, bitcast=True)";
    triton.operations.erase(name);
    triton.operations[name + ".i32"] = "{0}" + bits + " " + word + " {1}" + bits;
  }
  triton.constant = "tl.full((), {0}, {1})";
  triton.infinity = "float(\"inf\")";
  triton.nan = "float(\"nan\")";
  triton.yes = "1";
  triton.no = "0";
  // Of parameters alone it is a scalar, of which there is no maximum.
  triton.condition = "tl.max(tl.full((1,), 0, tl.int32) | {0}.to(tl.int32)) != 0";
  triton.function = "@triton.jit\ndef ";
  return triton;
}

// Strict operations, which Halide neither reorders nor contracts.
BodyLanguage makeHalide() {
  BodyLanguage halide;
  for (const char *type : {"f32", "f64", "i1", "i8", "i32", "i64"})
    halide.types[type] = "Halide::Expr";
  add(halide.operations,
      {{"arith.addf", "xphi_halide::add({0}, {1})"},
       {"arith.subf", "xphi_halide::subtract({0}, {1})"},
       {"arith.mulf", "xphi_halide::multiply({0}, {1})"},
       {"arith.divf", "xphi_halide::divide({0}, {1})"},
       {"arith.negf", "xphi_halide::negative({0})"},
       {"arith.addi", "{0} + {1}"},
       {"arith.subi", "{0} - {1}"},
       {"arith.muli", "{0} * {1}"},
       {"arith.andi", "{0} & {1}"},
       {"arith.ori", "{0} | {1}"},
       {"arith.xori", "{0} ^ {1}"},
       {"arith.andi.i1", "{0} && {1}"},
       {"arith.ori.i1", "{0} || {1}"},
       {"arith.xori.i1", "{0} != {1}"},
       {"arith.shli", "{0} << {1}"},
       {"arith.shrui", "{0} >> {1}"},
       {"arith.shrsi.i32",
        "Halide::reinterpret<uint32_t>(Halide::reinterpret<int32_t>({0}) >> {1})"},
       {"arith.shrsi.i64",
        "Halide::reinterpret<uint64_t>(Halide::reinterpret<int64_t>({0}) >> {1})"},
       {"arith.select", "Halide::select({0}, {1}, {2})"},
       {"arith.cmpf.olt", "xphi_halide::less({0}, {1})"},
       {"arith.cmpf.ole", "xphi_halide::atMost({0}, {1})"},
       {"arith.cmpf.ogt", "xphi_halide::less({1}, {0})"},
       {"arith.cmpf.oge", "xphi_halide::atMost({1}, {0})"},
       {"arith.cmpf.oeq", "xphi_halide::equal({0}, {1})"},
       {"arith.cmpf.une", "!xphi_halide::equal({0}, {1})"},
       {"arith.cmpf.one", "xphi_halide::less({0}, {1}) || xphi_halide::less({1}, {0})"},
       {"arith.cmpf.ord", "xphi_halide::equal({0}, {0}) && xphi_halide::equal({1}, {1})"},
       {"arith.cmpf.uno", "!xphi_halide::equal({0}, {0}) || !xphi_halide::equal({1}, {1})"},
       {"arith.cmpi.eq", "{0} == {1}"},
       {"arith.cmpi.ne", "{0} != {1}"},
       {"arith.cmpi.ult", "{0} < {1}"},
       {"arith.cmpi.ule", "{0} <= {1}"},
       {"arith.cmpi.ugt", "{0} > {1}"},
       {"arith.cmpi.uge", "{0} >= {1}"},
       {"math.fma.f32", "xphi_halide::call(\"llvm.fma.f32\", {{0}, {1}, {2}})"},
       {"math.fma.f64", "xphi_halide::call(\"llvm.fma.f64\", {{0}, {1}, {2}})"},
       {"math.absf", "Halide::abs({0})"},
       {"math.sqrt", "Halide::sqrt({0})"},
       {"math.floor", "Halide::floor({0})"},
       {"math.ceil", "Halide::ceil({0})"},
       {"math.trunc", "Halide::trunc({0})"},
       {"math.roundeven", "Halide::round({0})"},
       {"math.copysign", "xphi_halide::copySign({0}, {1})"},
       {"arith.extf", "Halide::cast<double>({0})"},
       {"arith.truncf", "Halide::cast<float>({0})"},
       {"arith.extui.i8", "Halide::cast<uint8_t>({0})"},
       {"arith.extui.i32", "Halide::cast<uint32_t>({0})"},
       {"arith.extui.i64", "Halide::cast<uint64_t>({0})"},
       {"arith.trunci.i32", "Halide::cast<uint32_t>({0})"},
       {"arith.fptoui.f64.i32", "Halide::cast<uint32_t>({0})"},
       {"arith.fptosi.f64.i32", "Halide::reinterpret<uint32_t>(Halide::cast<int32_t>({0}))"},
       {"arith.sitofp.i32.f32", "Halide::cast<float>(Halide::reinterpret<int32_t>({0}))"},
       {"arith.cmpi.sle.i32",
        "Halide::reinterpret<int32_t>({0}) <= Halide::reinterpret<int32_t>({1})"},
       {"arith.bitcast.f32.i32", "Halide::reinterpret<uint32_t>({0})"},
       {"arith.bitcast.f64.i64", "Halide::reinterpret<uint64_t>({0})"},
       {"arith.bitcast.i32.f32", "Halide::reinterpret<float>({0})"},
       {"arith.bitcast.i64.f64", "Halide::reinterpret<double>({0})"}});
  halide.constant = "xphi_halide::{2}({0})";
  halide.infinity = "std::numeric_limits<float>::infinity()";
  halide.nan = "std::numeric_limits<float>::quiet_NaN()";
  halide.yes = "true";
  halide.no = "false";
  halide.choice = "Halide::select({0}, {1}, {2})";
  halide.function = "inline ";
  halide.reference = "{0} &{1}";
  halide.pass = "{0}";
  halide.assign = "{0}";
  return halide;
}

} // namespace

const BodyLanguage &halideLanguage() {
  static const BodyLanguage language = makeHalide();
  return language;
}

const BodyLanguage &tritonLanguage() {
  static const BodyLanguage language = makeTriton();
  return language;
}

const BodyLanguage &cLanguage() {
  static const BodyLanguage language = makeC();
  return language;
}

const BodyLanguage &cudaLanguage() {
  static const BodyLanguage language = makeCuda();
  return language;
}

const BodyLanguage &cppLanguage() {
  static const BodyLanguage language = makeCpp();
  return language;
}

const char *const noFastMath = R"(
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    defined(__NO_SIGNED_ZEROS__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "with -ffast-math, or a part of it, these numbers would be wrong"
#endif
)";

const char *const cPreamble = R"(
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD != 0
#error "floats must be computed as floats"
#endif
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

#ifndef XPHI_BITS
#define XPHI_BITS
#ifdef __GNUC__
#define XPHI_MAYBE_UNUSED __attribute__((unused))
#else
#define XPHI_MAYBE_UNUSED
#endif
XPHI_MAYBE_UNUSED static inline uint32_t xphi_bits_of_float(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}
XPHI_MAYBE_UNUSED static inline uint64_t xphi_bits_of_double(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}
XPHI_MAYBE_UNUSED static inline float xphi_float_of_bits(uint32_t bits) {
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
XPHI_MAYBE_UNUSED static inline double xphi_double_of_bits(uint64_t bits) {
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
#endif
)";

const char *const cudaPreamble = R"(
#include <cuda_runtime.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
)";

const char *const tritonPreamble = R"(import triton
import triton.language as tl
from triton.language.extra.cuda import libdevice

)";

const char *const halidePreamble = R"(
#include <Halide.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#ifndef XPHI_HALIDE
#define XPHI_HALIDE
namespace xphi_halide {

using Halide::Expr;
using Halide::Internal::Call;

inline Expr f32(float value) { return Expr(value); }
inline Expr f64(double value) { return Expr(value); }
inline Expr i1(bool value) { return Halide::Internal::make_bool(value); }
inline Expr i8(std::uint8_t value) { return Expr(value); }
inline Expr i32(std::uint32_t value) { return Expr(value); }
inline Expr i64(std::uint64_t value) { return Expr(value); }

inline Expr call(const std::string &name, const std::vector<Expr> &operands) {
  return Call::make(operands[0].type(), name, operands, Call::PureExtern);
}
inline Expr strict(Call::IntrinsicOp operation, Halide::Type type, const Expr &a, const Expr &b) {
  return Call::make(type, operation, {a, b}, Call::PureIntrinsic);
}
inline Expr add(const Expr &a, const Expr &b) { return strict(Call::strict_add, a.type(), a, b); }
inline Expr subtract(const Expr &a, const Expr &b) {
  return strict(Call::strict_sub, a.type(), a, b);
}
inline Expr multiply(const Expr &a, const Expr &b) {
  return strict(Call::strict_mul, a.type(), a, b);
}
inline Expr divide(const Expr &a, const Expr &b) {
  return strict(Call::strict_div, a.type(), a, b);
}
inline Expr less(const Expr &a, const Expr &b) {
  return strict(Call::strict_lt, Halide::Bool(), a, b);
}
inline Expr equal(const Expr &a, const Expr &b) {
  return strict(Call::strict_eq, Halide::Bool(), a, b);
}
/// Halide's own is !(b < a), which holds of NaN.
inline Expr atMost(const Expr &a, const Expr &b) { return less(a, b) || equal(a, b); }

inline Expr bits(const Expr &a) {
  return Halide::reinterpret(Halide::UInt(a.type().bits()), a);
}
inline Expr signBit(const Expr &a) {
  return Halide::Internal::make_const(bits(a).type(), 1) << (a.type().bits() - 1);
}
inline Expr negative(const Expr &a) {
  return Halide::reinterpret(a.type(), bits(a) ^ signBit(a));
}
inline Expr copySign(const Expr &a, const Expr &sign) {
  return Halide::reinterpret(a.type(), (bits(a) & ~signBit(a)) | (bits(sign) & signBit(a)));
}

} // namespace xphi_halide
#endif
)";

const char *const cppPreamble = R"(
#include <cstdint>

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

#ifndef XPHI_LANES
#define XPHI_LANES
namespace xphi_lanes {

/// Vectors of so many elements; a mask has -1 where it holds.
template <int lanes> struct of {
  typedef float f32 __attribute__((vector_size(4 * lanes)));
  typedef double f64 __attribute__((vector_size(8 * lanes)));
  typedef std::uint32_t u32 __attribute__((vector_size(4 * lanes)));
  typedef std::uint64_t u64 __attribute__((vector_size(8 * lanes)));
  typedef std::int32_t mask __attribute__((vector_size(4 * lanes)));
  typedef std::int64_t wideMask __attribute__((vector_size(8 * lanes)));
};

template <class Vector, class Number> inline Vector all(Number value) {
  Vector result{};
  for (unsigned i = 0; i != sizeof(Vector) / sizeof(result[0]); ++i)
    result[i] = value;
  return result;
}

template <int lanes, class Wanted> inline typename of<lanes>::mask mask(Wanted compared) {
  return __builtin_convertvector(compared, typename of<lanes>::mask);
}

template <class Signed, class Vector> inline Vector shiftSigned(Vector bits, Vector by) {
  return (Vector)((Signed)bits >> (Signed)by);
}

template <int lanes> inline bool any(typename of<lanes>::mask where) {
  std::int32_t found = 0;
  for (int i = 0; i != lanes; ++i)
    found |= where[i];
  return found != 0;
}

template <int lanes, class Vector>
inline Vector select(typename of<lanes>::mask where, Vector yes, Vector no) {
  if constexpr (sizeof(Vector) == sizeof(where))
    return where ? yes : no;
  else
    return __builtin_convertvector(where, typename of<lanes>::wideMask) ? yes : no;
}

template <int lanes, class Vector> inline Vector fma(Vector a, Vector b, Vector c) {
#ifdef __clang__
  return __builtin_elementwise_fma(a, b, c);
#else
  Vector result{};
  for (int i = 0; i != lanes; ++i)
    if constexpr (sizeof(Vector) == 4 * lanes)
      result[i] = __builtin_fmaf(a[i], b[i], c[i]);
    else
      result[i] = __builtin_fma(a[i], b[i], c[i]);
  return result;
#endif
}

#define XPHI_LANE_BY_LANE(name, function)                                                          \
  template <int lanes, class Vector> inline Vector name(Vector a) {                                \
    Vector result{};                                                                               \
    for (int i = 0; i != lanes; ++i)                                                               \
      if constexpr (sizeof(Vector) == 4 * lanes)                                                   \
        result[i] = __builtin_##function##f(a[i]);                                                 \
      else                                                                                         \
        result[i] = __builtin_##function(a[i]);                                                    \
    return result;                                                                                 \
  }
XPHI_LANE_BY_LANE(abs, fabs)
XPHI_LANE_BY_LANE(sqrt, sqrt)
XPHI_LANE_BY_LANE(floor, floor)
XPHI_LANE_BY_LANE(ceil, ceil)
XPHI_LANE_BY_LANE(trunc, trunc)
XPHI_LANE_BY_LANE(roundEven, rint)
#undef XPHI_LANE_BY_LANE

template <int lanes, class Vector> inline Vector copySign(Vector a, Vector b) {
  Vector result{};
  for (int i = 0; i != lanes; ++i)
    result[i] = __builtin_copysign(a[i], b[i]);
  return result;
}

} // namespace xphi_lanes
#endif
)";

} // namespace xphi::compiler
