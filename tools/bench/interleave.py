"""Times calls against each other: pinned, warmed, every one in every round.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Frequency and neighbours change from one millisecond to the next, so ratios are taken within a round, and their median
is what counts.
"""

import gc
import os
import statistics
import time
from itertools import repeat

BATCH = 100_000 # nanoseconds that the calls of one measurement take at least, where one takes less
# Threads that have gone to sleep meanwhile take their time to come back, on a busy machine milliseconds.
WAKING = 5_000_000
PROCESSORS = sorted(os.sched_getaffinity(0))


def pin(threads):
    """Keeps the calling thread, and those it starts, on as many processors as the work has threads."""
    os.sched_setaffinity(0, PROCESSORS[-threads:])


def timed(call, times):
    start = time.perf_counter_ns()
    for _ in repeat(None, times):
        call()
    return (time.perf_counter_ns() - start) / times


def warm(prepared):
    """The others have pushed its data out of the cache, and its threads sleep."""
    prepared.before()
    prepared.call()
    end = time.perf_counter_ns() + WAKING
    while prepared.threads > 1 and time.perf_counter_ns() < end:
        prepared.call()


def interleave(contenders, rounds, warm_up=3):
    """{key: Prepared} to {key: nanoseconds of a call in each round}."""
    times = {}
    for key, prepared in contenders.items():
        prepared.before()
        prepared.call()
        once = min(timed(prepared.call, 1) for _ in range(3))
        times[key] = int(max(1, min(100, BATCH / max(once, 1))))
    measured = {key: [] for key in contenders}
    gc.collect()
    gc.disable()
    try:
        for current in range(-warm_up, rounds):
            for key, prepared in contenders.items():
                warm(prepared)
                elapsed = timed(prepared.call, times[key])
                if current >= 0:
                    measured[key].append(elapsed)
    finally:
        gc.enable()
    return measured


def median_ratio(above, below):
    """None where a time is none."""
    ratios = [a / b for a, b in zip(above, below) if b > 0]
    return statistics.median(ratios) if ratios and all(a > 0 for a in above) else None
