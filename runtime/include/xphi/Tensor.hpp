// Arrays of any shape, as calls of a kernel take them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A tensor is a view: it owns nothing, copies freely, and never fails to be made. What no call can
// use (more than 8 dimensions, negative extents, sizes that overflow) is refused by the call, and
// said beforehand by check(). Strides are in elements and may be negative or zero; memory is the
// host's, and need not be aligned.
#pragma once

#include <xphi/ElementType.hpp>
#include <xphi/Export.hpp>
#include <xphi/Result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ranges>
#include <span>
#include <type_traits>

namespace xphi {

namespace element {
template <typename T> inline constexpr bool known = false;
template <typename T> inline constexpr ElementType type = ElementType::F32;
template <> inline constexpr bool known<float> = true;
template <> inline constexpr bool known<double> = true;
template <> inline constexpr ElementType type<double> = ElementType::F64;
template <> inline constexpr bool known<std::int8_t> = true;
template <> inline constexpr ElementType type<std::int8_t> = ElementType::INT8;
template <> inline constexpr bool known<std::uint8_t> = true;
template <> inline constexpr ElementType type<std::uint8_t> = ElementType::UINT8;
#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || __GNUC__ >= 13)
template <> inline constexpr bool known<_Float16> = true; // std::float16_t, where there is one
template <> inline constexpr ElementType type<_Float16> = ElementType::F16;
#endif
#ifdef __BFLT16_MANT_DIG__
template <> inline constexpr bool known<__bf16> = true; // std::bfloat16_t
template <> inline constexpr ElementType type<__bf16> = ElementType::BF16;
#endif
} // namespace element

/// A C++ type whose objects are elements of an array: float, double, std::int8_t, std::uint8_t, and
/// the 16-bit floats that the compiler has. Others come as bits with their ElementType.
template <typename T>
concept Element = element::known<std::remove_const_t<T>>;

/// What std::mdspan promises of strided views.
template <typename View>
concept StridedView = requires(const View &view) {
  typename View::element_type;
  view.data_handle();
  { view.rank() } -> std::convertible_to<std::size_t>;
  { view.extent(std::size_t(0)) } -> std::convertible_to<std::int64_t>;
  { view.stride(std::size_t(0)) } -> std::convertible_to<std::int64_t>;
} && Element<typename View::element_type>;

/// To read from.
class XPHI_API ConstTensor {
public:
  static constexpr std::size_t maxRank = 8;
  using Sizes = std::span<const std::int64_t>;
  using List = std::initializer_list<std::int64_t>;

  /// One dimension, no elements; as an argument: the parameter's default.
  ConstTensor() noexcept = default;

  /// One dimension: a vector, an array, a span.
  template <std::ranges::contiguous_range Range>
    requires Element<std::ranges::range_value_t<Range>>
  static ConstTensor of(const Range &elements) noexcept {
    return bits(std::ranges::data(elements), element::type<std::ranges::range_value_t<Range>>,
                {std::int64_t(std::ranges::size(elements))});
  }
  /// The last dimension is contiguous unless there are strides, one for each extent.
  template <Element T> static ConstTensor of(const T *data, Sizes shape) noexcept {
    return {data, element::type<std::remove_const_t<T>>, shape, nullptr};
  }
  template <Element T> static ConstTensor of(const T *data, Sizes shape, Sizes strides) noexcept {
    return {data, element::type<std::remove_const_t<T>>, shape, &strides};
  }
  template <Element T> static ConstTensor of(const T *data, List shape) noexcept {
    return of(data, span(shape));
  }
  template <Element T> static ConstTensor of(const T *data, List shape, List strides) noexcept {
    return of(data, span(shape), span(strides));
  }
  template <StridedView View> static ConstTensor of(const View &view) noexcept {
    return ViewSizes(view).template make<ConstTensor>(view);
  }

  /// The same for memory that C++ has no type for.
  static ConstTensor bits(const void *data, ElementType type, Sizes shape) noexcept {
    return {data, type, shape, nullptr};
  }
  static ConstTensor bits(const void *data, ElementType type, Sizes shape, Sizes strides) noexcept {
    return {data, type, shape, &strides};
  }
  static ConstTensor bits(const void *data, ElementType type, List shape) noexcept {
    return bits(data, type, span(shape));
  }
  static ConstTensor bits(const void *data, ElementType type, List shape, List strides) noexcept {
    return bits(data, type, span(shape), span(strides));
  }
  static ConstTensor bits(std::span<const std::uint16_t> elements, ElementType type) noexcept {
    return bits(elements.data(), type, {std::int64_t(elements.size())});
  }

  /// Of the element whose indices are all 0.
  const void *data() const noexcept { return const_cast<const void *>(first); }
  ElementType type() const noexcept { return elements; }
  std::size_t rank() const noexcept { return dimensions; }
  Sizes shape() const noexcept { return {extents, dimensions}; }
  Sizes strides() const noexcept { return {steps, dimensions}; }
  /// How many elements it has; 0 where check() finds something wrong.
  std::int64_t size() const noexcept { return count; }

  /// X2034 for what no call can use, in words; X2031 for elements of a type that xphi lacks.
  [[nodiscard]] Status check() const;

  /// With the dimensions in another order: dimension i of the result is dimension order[i] of this.
  [[nodiscard]] ConstTensor permuted(std::span<const std::size_t> order) const noexcept;

protected:
  enum class Fault : std::uint8_t {
    None,
    Rank,
    Extent,
    StrideCount,
    Overflow,
    Order,
    Type,
    Device,
    ReadOnly,
    Version
  };
  friend struct DLPackReader;

  ConstTensor(const void *data, ElementType type, Sizes shape, const Sizes *strides) noexcept;
  Fault read(Sizes shape, const Sizes *strides) noexcept;
  static Sizes span(List list) noexcept { return {list.begin(), list.size()}; }
  void fail(Fault what) noexcept {
    fault = what;
    count = 0;
  }

  /// The numbers of a view; only the first 9 dimensions are looked at, which are too many.
  struct ViewSizes {
    template <typename View>
    explicit ViewSizes(const View &view) noexcept
        : rank(view.rank() > maxRank ? maxRank + 1 : view.rank()) {
      for (std::size_t i = 0; i != rank; ++i) {
        extents[i] = std::int64_t(view.extent(i));
        strides[i] = std::int64_t(view.stride(i));
      }
    }
    template <typename Tensor, typename View> Tensor make(const View &view) const noexcept {
      using T = std::remove_const_t<typename View::element_type>;
      const Sizes sizes(extents, rank), jumps(strides, rank);
      return Tensor::bits(view.data_handle(), element::type<T>, sizes, jumps);
    }
    std::size_t rank;
    std::int64_t extents[maxRank + 1] = {}, strides[maxRank + 1] = {};
  };

  void *first = nullptr;
  std::int64_t count = 0;
  std::int64_t extents[maxRank] = {0}, steps[maxRank] = {1};
  std::uint8_t dimensions = 1;
  ElementType elements = ElementType::F32;
  Fault fault = Fault::None;
};

/// To write to, or to read from.
class XPHI_API Tensor : public ConstTensor {
public:
  Tensor() noexcept = default;

  template <std::ranges::contiguous_range Range>
    requires Element<std::ranges::range_value_t<Range>> &&
             (!std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<Range>>>)
  static Tensor of(Range &&elements) noexcept {
    return bits(std::ranges::data(elements), element::type<std::ranges::range_value_t<Range>>,
                {std::int64_t(std::ranges::size(elements))});
  }
  template <Element T>
    requires(!std::is_const_v<T>)
  static Tensor of(T *data, Sizes shape) noexcept {
    return {data, element::type<T>, shape, nullptr};
  }
  template <Element T>
    requires(!std::is_const_v<T>)
  static Tensor of(T *data, Sizes shape, Sizes strides) noexcept {
    return {data, element::type<T>, shape, &strides};
  }
  template <Element T>
    requires(!std::is_const_v<T>)
  static Tensor of(T *data, List shape) noexcept {
    return of(data, span(shape));
  }
  template <Element T>
    requires(!std::is_const_v<T>)
  static Tensor of(T *data, List shape, List strides) noexcept {
    return of(data, span(shape), span(strides));
  }
  template <StridedView View>
    requires(!std::is_const_v<typename View::element_type>)
  static Tensor of(const View &view) noexcept {
    return ViewSizes(view).template make<Tensor>(view);
  }

  static Tensor bits(void *data, ElementType type, Sizes shape) noexcept {
    return {data, type, shape, nullptr};
  }
  static Tensor bits(void *data, ElementType type, Sizes shape, Sizes strides) noexcept {
    return {data, type, shape, &strides};
  }
  static Tensor bits(void *data, ElementType type, List shape) noexcept {
    return bits(data, type, span(shape));
  }
  static Tensor bits(void *data, ElementType type, List shape, List strides) noexcept {
    return bits(data, type, span(shape), span(strides));
  }
  static Tensor bits(std::span<std::uint16_t> elements, ElementType type) noexcept {
    return bits(elements.data(), type, {std::int64_t(elements.size())});
  }

  void *data() const noexcept { return first; }
  [[nodiscard]] Tensor permuted(std::span<const std::size_t> order) const noexcept {
    return Tensor(ConstTensor::permuted(order));
  }

private:
  friend struct DLPackReader;
  explicit Tensor(const ConstTensor &other) noexcept : ConstTensor(other) {}
  Tensor(void *data, ElementType type, Sizes shape, const Sizes *strides) noexcept
      : ConstTensor(data, type, shape, strides) {}
};

} // namespace xphi
