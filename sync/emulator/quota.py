"""Gmail's quota: units per user in a rolling minute, and how many calls may run at once."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sync.emulator.errors import ApiError

WINDOW_SECONDS = 60

# https://developers.google.com/gmail/api/reference/quota, the table for projects made before May 2026.
OLD_COSTS = {
    "getProfile": 1,
    "watch": 100,
    "stop": 50,
    "history.list": 2,
    "labels.list": 1,
    "labels.get": 1,
    "labels.create": 5,
    "labels.update": 5,
    "labels.patch": 5,
    "labels.delete": 5,
    "messages.list": 5,
    "messages.get": 5,
    "messages.attachments.get": 5,
    "messages.insert": 25,
    "messages.import": 25,
    "messages.modify": 5,
    "messages.trash": 5,
    "messages.untrash": 5,
    "messages.delete": 10,
    "messages.batchModify": 50,
    "messages.batchDelete": 50,
    "messages.send": 100,
    "threads.list": 10,
    "threads.get": 10,
    "threads.modify": 10,
    "threads.trash": 10,
    "threads.untrash": 10,
    "threads.delete": 20,
    "drafts.create": 10,
    "drafts.update": 15,
    "drafts.get": 5,
    "drafts.list": 5,
    "drafts.delete": 10,
    "drafts.send": 100,
}
NEW_COSTS = {**OLD_COSTS, "messages.get": 20, "threads.get": 40}
DEFAULT_COST = 1
UNLIMITED = 2**62


@dataclass
class Quota:
    """A project's limits: units per method, per user and minute; `over_limit_status` is 403 or 429."""

    costs: Mapping[str, int] = field(default_factory=lambda: NEW_COSTS)
    per_minute: int = 6_000
    concurrency: int = 50
    over_limit_status: int = 403

    @classmethod
    def new_project(cls) -> Quota:
        """Projects made since May 2026: 6,000 units a minute, 20 a message, 40 a thread."""
        return cls()

    @classmethod
    def old_project(cls) -> Quota:
        """Older projects: 15,000 units a minute, 5 a message, 10 a thread."""
        return cls(costs=OLD_COSTS, per_minute=15_000)

    @classmethod
    def unlimited(cls) -> Quota:
        """Counts but never refuses."""
        return cls(per_minute=UNLIMITED, concurrency=UNLIMITED)


class QuotaLedger:
    """What each user has spent. A refused call spends nothing."""

    def __init__(self, quota: Quota, clock: Callable[[], float]) -> None:
        self.quota = quota
        self.calls: dict[str, Counter[str]] = defaultdict(Counter)
        self.units: dict[str, Counter[str]] = defaultdict(Counter)
        self._clock = clock
        self._spent: dict[str, deque[tuple[float, int]]] = defaultdict(deque)
        self._used: Counter[str] = Counter()

    def charge(self, address: str, method: str, *, running: int) -> None:
        """Books one call while `running` calls (this one included) are under way; ApiError if it is too much."""
        if running > self.quota.concurrency:
            raise self._refusal(429, "Too many concurrent requests for user.", 1.0)
        cost = self.quota.costs.get(method, DEFAULT_COST)
        spent = self._spent[address]
        now = self._clock()
        if self.used(address) + cost > self.quota.per_minute:
            wait = max(spent[0][0] + WINDOW_SECONDS - now, 0.001) if spent else WINDOW_SECONDS
            raise self._refusal(self.quota.over_limit_status, "User-rate limit exceeded.", wait)
        spent.append((now, cost))
        self._used[address] += cost
        self.calls[address][method] += 1
        self.units[address][method] += cost

    def used(self, address: str) -> int:
        """Units spent in the minute that ends now."""
        spent = self._spent[address]
        horizon = self._clock() - WINDOW_SECONDS
        while spent and spent[0][0] <= horizon:
            self._used[address] -= spent.popleft()[1]
        return self._used[address]

    def _refusal(self, status: int, message: str, wait: float) -> ApiError:
        until = datetime.fromtimestamp(self._clock() + wait, UTC).isoformat(timespec="milliseconds")
        reason = "userRateLimitExceeded" if status == 403 else "rateLimitExceeded"
        return ApiError(
            status,
            reason,
            f"{message}  Retry after {until.replace('+00:00', 'Z')}",
            status_name="RESOURCE_EXHAUSTED" if status == 429 else None,
            domain="usageLimits",
            headers={"Retry-After": str(max(1, -int(-wait // 1)))},
        )
