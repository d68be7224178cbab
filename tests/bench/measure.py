"""One line of the benchmark's table, and how it is printed."""

import operator
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

AT_LEAST, AT_MOST = operator.ge, operator.le


@dataclass(frozen=True)
class Measure:
    """`value` in `unit`, against a target that is a floor or a ceiling."""

    name: str
    value: float
    unit: str
    target: float | None = None
    compare: Callable[[float, float], bool] = AT_LEAST

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "ok" if self.compare(self.value, self.target) else "short"

    @property
    def goal(self) -> str:
        if self.target is None:
            return ""
        return f"{'>=' if self.compare is AT_LEAST else '<='} {self.target:,g}"


Bench = Callable[[], Iterator[Measure]]


def show(measure: Measure) -> None:
    line = f"{measure.name:<58} {measure.value:>12,.2f} {measure.unit:<12} {measure.goal:<12} {measure.verdict}"
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
