// Shapes, types and memory of a call on tensors, and its passes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TensorCall.h"

#include "KernelCall.h"

#include <algorithm>
#include <cstring>

namespace xphi {
namespace {

std::string shown(ConstTensor::Sizes shape) {
  std::string text;
  for (const std::int64_t extent : shape)
    text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

bool sameShape(const ConstTensor &a, const ConstTensor &b) {
  return std::ranges::equal(a.shape(), b.shape());
}

/// For a parameter: take the default.
bool isEmpty(const ConstTensor &tensor) { return !tensor.data() && tensor.size() == 0; }

} // namespace

Error TensorCall::wrong(const char *error, const std::string &what) const {
  return Error(error, code.program.name + ": " + what);
}

std::string TensorCall::spell(Which which) const {
  switch (which.role) {
  case Role::Input:
    return operandName(code, backward, which.position);
  case Role::Parameter:
    return "parameter '" + code.program.parameters[which.position].name + "'";
  case Role::Output:
    break;
  }
  return outputName(code, backward, which.position);
}

/// Of what the kernel reads: values of channel parameters come last.
TensorCall::Which TensorCall::inputAt(std::size_t position) const {
  const std::size_t arrays = given.inputs.size() + backward;
  if (position < arrays)
    return {Role::Input, position};
  std::size_t parameter = 0;
  for (std::size_t left = position - arrays;; ++parameter)
    if (code.program.parameters[parameter].channel && left-- == 0)
      return {Role::Parameter, parameter};
}

/// The tensor that a variable of the backward pass has in this call; null for numbers, which have
/// no shape.
const ConstTensor *TensorCall::operandOf(const Variable &variable) const {
  if (variable.kind == VariableKind::Input) {
    const auto found = std::ranges::find(code.program.inputs, variable.name);
    const auto position = std::size_t(found - code.program.inputs.begin());
    return position < given.inputs.size() ? &given.inputs[position] : given.dy;
  }
  const auto found = std::ranges::find(code.program.parameters, variable.name, &Parameter::name);
  const auto position = std::size_t(found - code.program.parameters.begin());
  const bool hasShape = position < given.tensors.size() && !isEmpty(given.tensors[position]) &&
                        given.tensors[position].size() != 1 &&
                        variable.kind == VariableKind::Channel;
  return hasShape ? &given.tensors[position] : nullptr;
}

Status TensorCall::read(Array &array, const ConstTensor &tensor, ElementType type,
                        Which which) const {
  if (const Status good = tensor.check(); !good)
    return wrong(good.error().code().c_str(), spell(which) + ": " + good.error().message());
  if (tensor.type() != type)
    return wrong("X2031", spell(which) + " holds " + std::string(nameOf(tensor.type())) +
                              ", and the kernel was compiled for " + std::string(nameOf(type)) +
                              " there");
  array.operand.data = static_cast<std::byte *>(const_cast<void *>(tensor.data()));
  array.operand.type = type;
  array.repeated = 0;
  const std::size_t missing = rank - std::min(rank, tensor.rank());
  bool fits = tensor.rank() <= rank;
  for (std::size_t i = 0; fits && i != rank; ++i) {
    const std::size_t own = rank - 1 - i; // from the right, as NumPy does
    const std::int64_t extent = own < missing ? 1 : tensor.shape()[own - missing];
    fits = extent == extents[i] || extent == 1;
    array.operand.strides[i] =
        extent == 1 ? 0 : tensor.strides()[own - missing] * array.operand.bytes();
    if (extent == 1 && extents[i] != 1)
      array.repeated |= 1u << i;
  }
  if (!fits)
    return wrong("X2010", spell(which) + " has the shape " + shown(tensor.shape()) +
                              ", which does not broadcast to that of " +
                              (backward ? "dy, " : "the result, ") +
                              shown(backward ? given.dy->shape() : given.outputs[0].shape()));
  if (tensor.size() != 0 && !tensor.data())
    return wrong("X2017", spell(which) + " is a null pointer");
  return {};
}

Status TensorCall::addInput(const ConstTensor &tensor, ElementType type, Which which) {
  return read(inputs[inputCount++], tensor, type, which);
}

Status TensorCall::checkOutputShape(std::size_t position) const {
  if (!backward)
    return {}; // the loop has its shape
  const Tensor &output = given.outputs[position];
  const Variable &variable = code.gradients()[position];
  const Which which{Role::Output, position};
  if (variable.kind == VariableKind::Scalar && output.size() != 1)
    return wrong("X2010", spell(which) + " has " + counted(std::size_t(output.size()), "element") +
                              ", not 1");
  const ConstTensor *operand = operandOf(variable);
  if (operand && !sameShape(*operand, output))
    return wrong("X2010", spell(which) + " has the shape " + shown(output.shape()) +
                              ", and what it is the gradient of " + shown(operand->shape()));
  return {};
}

Status TensorCall::addOutput(std::size_t position) {
  if (Status good = read(outputs[outputCount++], given.outputs[position],
                         outputType(code, backward, position), {Role::Output, position});
      !good)
    return good;
  return checkOutputShape(position);
}

Status TensorCall::readParameters() {
  const std::vector<Parameter> &known = code.program.parameters;
  const std::size_t count = std::max(given.numbers.size(), given.tensors.size());
  if (count != 0 && count != known.size())
    return wrong("X2012", "it takes " + counted(known.size(), "parameter") + ", not " +
                              std::to_string(count));
  std::copy(code.defaults.begin(), code.defaults.end(), parameters);
  std::ranges::copy(given.numbers, parameters);
  bool byChannel = false;
  for (std::size_t i = 0; i != given.tensors.size(); ++i) {
    const ConstTensor &tensor = given.tensors[i];
    if (isEmpty(tensor) && tensor.check())
      continue;
    Array unused;
    if (Status good = read(unused, tensor, ElementType::F32, {Role::Parameter, i}); !good)
      return good;
    if (tensor.size() == 1)
      std::memcpy(&parameters[i], tensor.data(), sizeof parameters[i]); // aligned or not
    else if (known[i].channel)
      byChannel = true;
    else
      return wrong("X2025", "parameter '" + known[i].name + "' takes one value, not " +
                                std::to_string(tensor.size()) +
                                ": declare it `: channel`, or make it an input");
  }
  entry = code.entry(backward);
  if (!byChannel)
    return {};
  entry = code.entry(backward, true);
  for (std::size_t i = 0; i != known.size(); ++i) {
    if (!known[i].channel)
      continue;
    const bool number = isEmpty(given.tensors[i]) || given.tensors[i].size() == 1;
    const ConstTensor values =
        number ? ConstTensor::of(&parameters[i], std::initializer_list<std::int64_t>{})
               : given.tensors[i];
    if (Status added = addInput(values, ElementType::F32, {Role::Parameter, i}); !added)
      return added;
  }
  return {};
}

StridedMemory TensorCall::memoryOf(const Array &array) const {
  return {array.operand, rank, extents};
}

// Broadcast dimensions have a stride of 0 and so add no memory.
Status TensorCall::checkMemory() const {
  for (std::size_t i = 0; i != outputCount; ++i) {
    const Array &output = outputs[i];
    const Which which{Role::Output, i};
    StridedMemory own = memoryOf(output);
    std::int64_t ownExtents[LoopOperand::maxRank];
    for (std::size_t d = 0; d != rank; ++d)
      ownExtents[d] = output.repeated >> d & 1 ? 1 : extents[d];
    own.extents = ownExtents;
    if (!isOneToOne(own))
      return wrong("X2011", "elements of " + spell(which) +
                                " share memory, which is written: its "
                                "strides must keep them apart");
    for (std::size_t k = 0; k != inputCount; ++k) {
      const Array &input = inputs[k];
      const bool same =
          output.repeated == 0 && input.repeated == 0 &&
          input.operand.data == output.operand.data &&
          input.operand.bytes() == output.operand.bytes() &&
          std::equal(input.operand.strides, input.operand.strides + rank, output.operand.strides);
      if (!same && shareMemory(own, memoryOf(input)))
        return wrong("X2011", spell(which) + " and " + spell(inputAt(k)) +
                                  " share memory; they may be the same view or lie apart");
    }
    for (std::size_t k = 0; k != i; ++k)
      if (shareMemory(own, memoryOf(outputs[k])))
        return wrong("X2011", spell(which) + " overlaps " + spell({Role::Output, k}) +
                                  "; it must lie apart from it");
  }
  return {};
}

Status TensorCall::check() {
  if (code.cuda)
    return notOnCpu(code);
  if (Status fits =
          checkCounts(code, backward, given.inputs.size() + backward, given.outputs.size());
      !fits)
    return fits;
  if (code.keep() == Keep::Mask)
    return wrong("X2028", "it was compiled with Keep::Mask, and masks go with arrays of floats: "
                          "compile with Keep::Input for tensors");
  const ConstTensor &whole = backward ? *given.dy : given.outputs[0];
  if (const Status good = whole.check(); !good)
    return wrong(good.error().code().c_str(),
                 (backward ? "dy: " : "the result: ") + good.error().message());
  rank = whole.rank();
  for (std::size_t i = 0; i != rank; ++i)
    extents[i] = whole.shape()[rank - 1 - i];
  const std::size_t arrays = given.inputs.size() + backward;
  for (std::size_t i = 0; i != arrays; ++i)
    if (Status added = addInput(i < given.inputs.size() ? given.inputs[i] : *given.dy,
                                inputType(code, backward, i), {Role::Input, i});
        !added)
      return added;
  if (Status read = readParameters(); !read)
    return read;
  for (std::size_t i = 0; i != given.outputs.size(); ++i)
    if (Status added = addOutput(i); !added)
      return added;
  return whole.size() == 0 ? Status() : checkMemory();
}

/// Sums of no elements are 0.
void TensorCall::clearSums() const {
  for (std::size_t i = 0; i != outputCount; ++i) {
    const Tensor &output = given.outputs[i];
    std::int64_t indices[LoopOperand::maxRank] = {};
    auto *at = static_cast<std::byte *>(output.data());
    for (std::int64_t left = output.size(); left != 0; --left) {
      std::fill_n(at, sizeOf(output.type()), std::byte(0));
      for (std::size_t d = output.rank(); d-- != 0;) {
        const std::int64_t stride = output.strides()[d] * std::int64_t(sizeOf(output.type()));
        at += stride;
        if (++indices[d] != output.shape()[d])
          break;
        at -= stride * output.shape()[d];
        indices[d] = 0;
      }
    }
  }
}

Status TensorCall::run() {
  if (std::find(extents, extents + rank, 0) != extents + rank) {
    clearSums();
    return {};
  }
  // One pass for sums over the same dimensions. Full outputs come last: they may be written over
  // inputs, which the passes before still read.
  unsigned patterns[maxOperands];
  std::size_t count = 0;
  for (std::size_t i = 0; i != outputCount; ++i)
    if (outputs[i].repeated != 0 &&
        std::find(patterns, patterns + count, outputs[i].repeated) == patterns + count)
      patterns[count++] = outputs[i].repeated;
  if (count == 0)
    return runPass(0, true);
  for (std::size_t i = 0; i != count; ++i)
    if (Status done = runPass(patterns[i], i + 1 == count); !done)
      return done;
  return {};
}

Status TensorCall::runPass(unsigned summed, bool writesFull) const {
  TensorPass pass;
  pass.entry = entry;
  ResultTable table;
  if (inputCount == 1 && looksUpResults(code, backward, std::size_t(given.outputs[0].size()))) {
    if (const std::int32_t failed =
            table.fill(entry, parameters, std::size_t(outputs[0].operand.bytes())))
      return kernelFailed(code, failed);
    pass.entry = table.entry();
  }
  pass.parameters = parameters;
  pass.inputCount = inputCount;
  pass.outputCount = outputCount;
  pass.isShared = code.workers != nullptr;
  StridedLoop &loop = pass.loop;
  loop.rank = rank;
  std::copy_n(extents, rank, loop.extents);
  const auto add = [&](const Array &array) {
    loop.operands[loop.count] = array.operand;
    return std::uint8_t(loop.count++);
  };
  if (code.program.draws) {
    Array indices{{nullptr, ElementType::F32, {}}, 0};
    std::int64_t stride = 1;
    for (std::size_t i = 0; i != rank; ++i) {
      indices.operand.strides[i] = stride;
      stride *= extents[i];
    }
    pass.indexAt = add(indices);
  }
  for (std::size_t i = 0; i != outputCount; ++i) {
    pass.outputTypes[i] = outputs[i].operand.type;
    pass.isSum[i] = summed != 0 && outputs[i].repeated == summed;
    pass.outputAt[i] =
        outputs[i].repeated == 0 && writesFull ? add(outputs[i]) : TensorPass::discarded;
  }
  for (std::size_t i = 0; i != inputCount; ++i)
    pass.inputAt[i] = add(inputs[i]);
  for (std::size_t i = 0; i != outputCount; ++i)
    if (pass.isSum[i])
      pass.outputAt[i] = add(outputs[i]);
  loop.arrange();

  TensorSweep sweep(pass);
  const auto task = [](void *sweep, std::size_t unit) {
    static_cast<TensorSweep *>(sweep)->run(unit);
  };
  const std::int32_t failed =
      runUnits(code, sweep.units(), task, &sweep) ? sweep.finish() : notOnceEach;
  if (failed)
    return kernelFailed(code, failed);
  return {};
}

} // namespace xphi
