// A column is a narrow range of numbers, in which some are drawn.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Picture.h"

#include "check/Random.h"
#include "verify/Elements.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi::verify {

Status draw(const Request &request, Report &report) {
  constexpr std::size_t perColumn = 12;
  const Elements elements(request);
  compiler::Random random;
  const double low = request.pictureLow, width = (request.pictureHigh - low) / request.columns;
  std::vector<Point> points;
  for (unsigned i = 0; i < request.columns; ++i)
    for (std::size_t k = 0; k < perColumn; ++k)
      points.push_back({elements.element(low + width * (i + random.unit()), 0)});
  const auto answers = answersAt(request, points);
  if (!answers)
    return answers.error();
  for (unsigned i = 0; i < request.columns; ++i) {
    double worst = std::numeric_limits<double>::quiet_NaN(); // a gap in the line
    for (std::size_t k = 0; k < perColumn; ++k)
      if (const Answer &answer = (*answers)[i * perColumn + k].front(); answer.expected.known)
        worst = std::fmax(worst, elements.errorOf(answer));
    report.x.push_back(float(low + width * (i + 0.5)));
    report.error.push_back(float(worst));
  }
  return {};
}

} // namespace xphi::verify
