"""Where the time of one request goes, when nobody else asks: in its parts within a process, and around them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from cProfile import Profile
from statistics import fmean
from time import perf_counter

from tests.bench.load import run
from tests.bench.measure import Measure

REQUESTS = 500
Part = Callable[..., object]


def profile(
    name: str,
    *,
    answer: Callable[[bytes], object],
    parts: Mapping[str, Part],
    ports: Sequence[int],
    requests: Sequence[bytes],
    expect: bytes,
) -> Iterator[Measure]:
    """Milliseconds that each part of `answer` takes, what the rest of it takes, and what serving adds to it: means.

    `parts` are functions that do not call each other, and little else: the profiler, which slows every call down,
    then tells their time well. The whole is measured without it.
    """
    warm, measured = requests[:REQUESTS], requests[REQUESTS : 2 * REQUESTS]
    _seconds(answer, warm)
    whole = _seconds(answer, measured)
    spent = _spent(answer, measured, parts)
    served = fmean(run(ports[:1], requests[: 2 * REQUESTS], expect=expect, connections=1, warm_up=REQUESTS).seconds)
    for part, seconds in spent.items():
        yield Measure(f"{name} of which {part}", seconds * 1000, "ms")
    yield Measure(f"{name} of which our other code", (whole - sum(spent.values())) * 1000, "ms")
    yield Measure(f"{name} of which framework, threads and sockets", (served - whole) * 1000, "ms")


def _seconds(answer: Callable[[bytes], object], requests: Sequence[bytes]) -> float:
    started = perf_counter()
    for request in requests:
        answer(request)
    return (perf_counter() - started) / len(requests)


def _spent(answer: Callable[[bytes], object], requests: Sequence[bytes], parts: Mapping[str, Part]) -> dict[str, float]:
    profiler = Profile()
    for request in requests:
        profiler.runcall(answer, request)
    spent = {entry.code: entry.totaltime / len(requests) for entry in profiler.getstats()}
    return {part: spent.get(_code(function), 0.0) for part, function in parts.items()}


def _code(function: Part) -> object:
    """What the profiler calls a function: by its code, or its name if that is built in."""
    return getattr(function, "__code__", f"<{function.__module__}.{function.__name__}>")
