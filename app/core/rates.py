"""How often somebody may call: a bucket of tokens for each caller, in this process."""

import math
import threading
import time
from collections import OrderedDict

from app.core.errors import SidenoteError

MAX_CALLERS = 10_000


class TooManyRequests(SidenoteError):
    """`retry_after` is in whole seconds (RFC 9110, section 10.2.3)."""

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests: try again in {retry_after} s.")
        self.retry_after = retry_after


class Rates:
    """`per_second` calls on average, `burst` at once; both for each caller."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second, self._burst = per_second, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, caller: str) -> None:
        """Raises TooManyRequests when the caller's bucket is empty."""
        with self._lock:
            now = time.monotonic()
            level, at = self._buckets.pop(caller, (float(self._burst), now))
            level = min(float(self._burst), level + (now - at) * self._per_second)
            self._buckets[caller] = (max(level - 1, 0.0) if level >= 1 else level, now)
            if len(self._buckets) > MAX_CALLERS:
                self._buckets.popitem(last=False)
        if level < 1:
            raise TooManyRequests(math.ceil((1 - level) / self._per_second))
