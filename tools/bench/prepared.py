"""A call that is ready to be timed, or the word that there is none.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import dataclasses
from collections.abc import Callable


class Absent(Exception):
    """The contender does not have this; says why."""


@dataclasses.dataclass
class Prepared:
    call: Callable[[], object]
    fetch: Callable[[], object] | None = None # the result as stored elements, where it is not in the arrays of the case
    from_x: bool = False # reads x where others read y
    how: str = "" # what is called, for the report
    before: Callable[[], object] = lambda: None # not timed
    threads: int = 1 # that any contender has
