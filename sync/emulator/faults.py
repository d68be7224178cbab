"""The fault script: rules that make chosen calls fail the way Google's servers do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any, Literal

from sync.emulator.errors import ApiError

Action = Literal["expire_history", "expire_tokens", "revoke"]


@dataclass(kw_only=True)
class FaultRule:
    """Which calls, and what happens to them.

    Selection: `method` is a glob over `messages.get`, `threads.list`, `batch` (the whole request), `token`, ...;
    `address` and `path` (a part of it) narrow it; then the `nth` matching call, the next `times` calls, each with
    `probability` (by `seed`), or all.
    Effect: `delay` seconds; `action` on the caller's mailbox or tokens; `vanish` deletes the message or thread named in
    the path first; `drop` breaks the connection; `status` answers with an error, `after` the work was done if so set.
    """

    method: str = "*"
    address: str | None = None
    path: str = ""
    nth: int | None = None
    times: int | None = None
    probability: float | None = None
    seed: int = 0
    status: int | None = None
    reason: str | None = None
    message: str | None = None
    retry_after: int | None = None
    after: bool = False
    drop: bool = False
    delay: float = 0.0
    vanish: bool = False
    action: Action | None = None
    seen: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def strikes(self, method: str, address: str | None, path: str) -> bool:
        """Counts a call against the rule; whether the rule takes effect on it."""
        if not fnmatchcase(method, self.method) or self.path not in path:
            return False
        if self.address is not None and self.address != address:
            return False
        self.seen += 1
        if self.nth is not None:
            due = self.seen == self.nth
        elif self.times is not None:
            due = self.fired < self.times
        else:
            due = self.probability is None or self._random.random() < self.probability
        self.fired += due
        return due

    def error(self) -> ApiError | None:
        """The error to answer with, if the rule asks for one."""
        if self.status is None:
            return None
        reason, message = _DEFAULTS.get(self.status, ("backendError", "Backend Error"))
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return ApiError(self.status, self.reason or reason, self.message or message, headers=headers)


_DEFAULTS = {
    400: ("failedPrecondition", "Precondition check failed."),
    401: ("authError", "Invalid Credentials"),
    403: ("rateLimitExceeded", "Rate Limit Exceeded"),
    404: ("notFound", "Requested entity was not found."),
    429: ("rateLimitExceeded", "Too many concurrent requests for user"),
}


class Faults:
    """The rules in force. The first rule that strikes a call decides; later ones do not count it."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []

    def add(self, rule: FaultRule | None = None, **fields: Any) -> FaultRule:
        """Adds a rule, given whole or by its fields. Raises TypeError for an unknown field."""
        rule = rule or FaultRule(**fields)
        self._rules.append(rule)
        return rule

    def extend(self, rules: Iterable[dict[str, Any]]) -> None:
        self._rules.extend([FaultRule(**fields) for fields in rules])

    def clear(self) -> None:
        self._rules.clear()

    def strike(self, method: str, address: str | None, path: str) -> FaultRule | None:
        """The rule that takes effect on this call, if any."""
        return next((rule for rule in self._rules if rule.strikes(method, address, path)), None)
