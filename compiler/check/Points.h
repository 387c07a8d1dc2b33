// Where a kernel is measured: points in order along lines, and points beside them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One input has one line: zero and the ends of the floats, both signs of every power of two, both
// neighbours of the program's constants and of what is made of two of them, and random floats, most
// of them where activations bend. Of several inputs each has some lines, along which the others
// stay; points beside the lines pair numbers that are equal, opposite, close, and anything at all.
// Of many random ones those are taken where a term inside the program is of a size that it has
// nowhere else (InnerTerms.h). At some a sum inside the program cancels (CancellingSums.h).
// The points depend on the program alone.
#ifndef XPHI_COMPILER_CHECK_POINTS_H
#define XPHI_COMPILER_CHECK_POINTS_H

#include "dsl/Ast.h"

#include <xphi/ElementType.hpp>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace xphi::compiler {

using Point = std::vector<double>; ///< a number for each input

struct Points {
  std::vector<std::vector<Point>> lines;
  std::vector<Point> beside;

  /// Those beside, then line by line.
  std::vector<Point> inOrder() const;
  std::vector<Point> everyFourth() const; ///< line by line, then of those beside
  std::size_t count() const;
};

/// Moves points to elements of the inputs' types, which are not all floats: of f64, most go to a
/// double that is none, and some of those far out to one beyond all floats. The same points, in the
/// same order, go to the same elements.
class ToElements {
public:
  explicit ToElements(std::vector<ElementType> types) : types(std::move(types)) {}
  void operator()(Point &point);
  /// From now on those beside the points given, not far ones.
  void stayNear() { goesFar = false; }

private:
  double elementAt(double point, ElementType type);

  std::vector<ElementType> types; ///< of the inputs
  std::uint64_t moved = 1;        ///< random
  bool goesFar = true;
};

/// About so many points.
Points pointsFor(const dsl::Program &program, dsl::DefinitionIndex definition, std::size_t count);

/// A number for each point; points with different ones have a border between them.
using Classify = std::function<std::vector<std::uint64_t>(const std::vector<Point> &)>;

/// Where the class changes along the lines: the last point before, the first one after, and one
/// further on either side; of at most so many borders, those nearest to one in magnitude.
std::vector<Point> borders(const Points &points, const Classify &classify, std::size_t most);

/// What a check looks at of these, four to a border.
inline constexpr std::size_t mostAtBorders = 64;

bool isFinite(const Point &point);
/// In some coordinate.
bool isInfinite(const Point &point);

/// Half-way between two, as floats are counted.
Point between(const Point &a, const Point &b);

/// The next double, or of other types the next float.
double nextTo(double x, double direction, ElementType type);

/// So many points near this one: where errors are large there are larger ones.
std::vector<Point> around(const Point &centre, std::size_t count);

/// Which way the program's choices go at each point (comparisons, corners, roundings, ends of
/// domains), in doubles.
std::uint64_t choicesAt(const dsl::Program &program, dsl::DefinitionIndex definition,
                        const Point &inputs, const std::vector<float> &parameters);

/// Other values of the parameters, beside their defaults.
std::vector<std::vector<float>> parameterSets(const dsl::Program &program,
                                              dsl::DefinitionIndex definition);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_POINTS_H
