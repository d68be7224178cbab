"""Tasks that come again: a subset of the recurrence rules of RFC 5545 (3.3.10).

FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; INTERVAL, and COUNT or UNTIL, go with each. WEEKLY takes BYDAY; MONTHLY takes
BYDAY (`1MO`, `-1FR`, or plain days with BYSETPOS) or BYMONTHDAY. Rules are kept on the wall clock of the member, so
that nine o'clock stays nine o'clock when summer time begins.
"""

import re
from datetime import UTC, datetime

from dateutil.rrule import rrulestr

from app.core.clock import zone_of
from app.core.errors import InvalidInput

MAX_INTERVAL, MAX_COUNT = 999, 999

_DAY = r"(MO|TU|WE|TH|FR|SA|SU)"
_NTH = rf"(-?[1-5])?{_DAY}"
_DATE = r"-?([1-9]|[12]\d|3[01])"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"[12]\d{7}(T\d{6}Z)?",
    "WKST": _DAY,
    "BYDAY": rf"{_NTH}(,{_NTH})*",
    "BYMONTHDAY": rf"{_DATE}(,{_DATE})*",
    "BYSETPOS": r"-?[1-5]",
}
_ALLOWED = {
    "DAILY": set[str](),
    "WEEKLY": {"BYDAY", "WKST"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": set[str](),
}
_ANYWHERE = {"FREQ", "INTERVAL", "COUNT", "UNTIL"}


def checked_rule(text: str) -> str:
    """The rule in its normal form, "" for none. Raises InvalidInput saying what it may be."""
    rule = text.strip().upper().removeprefix("RRULE:")
    if not rule:
        return ""
    parts = _parts(rule)
    freq = parts.get("FREQ", "")
    wrong = (
        any(name not in _PARTS or not re.fullmatch(_PARTS[name], value) for name, value in parts.items())
        or freq not in _ALLOWED
        or not set(parts) <= _ANYWHERE | _ALLOWED[freq]
        or {"COUNT", "UNTIL"} <= set(parts)
        or {"BYDAY", "BYMONTHDAY"} <= set(parts)
        or ("BYSETPOS" in parts and not re.fullmatch(rf"{_DAY}(,{_DAY})*", parts.get("BYDAY", "")))
        or (freq == "WEEKLY" and re.search(r"\d", parts.get("BYDAY", "")))
        or not _is_time(parts.get("UNTIL"))
    )
    if wrong:
        raise _refusal()
    return ";".join(f"{name}={value}" for name, value in parts.items())


def next_time(rule: str, *, started: datetime, after: datetime, time_zone: str) -> datetime | None:
    """The first time of a rule that began at `started`, later than `after`; in UTC. None when it has ended."""
    zone = zone_of(time_zone)
    parts = _parts(rule)
    if until := parts.get("UNTIL"):
        parts["UNTIL"] = _until(until).astimezone(zone).strftime("%Y%m%dT%H%M%S") if "T" in until else f"{until}T235959"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    times = rrulestr(text, dtstart=started.astimezone(zone).replace(tzinfo=None))
    found: datetime | None = times.after(after.astimezone(zone).replace(tzinfo=None))
    return found.replace(tzinfo=zone).astimezone(UTC) if found else None


def _parts(rule: str) -> dict[str, str]:
    """By name, in the order of the rule. Raises InvalidInput for what is no rule at all."""
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    if len(parts) != len(pairs):
        raise _refusal()
    return parts


def _until(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ" if "T" in text else "%Y%m%d").replace(tzinfo=UTC)


def _is_time(until: str | None) -> bool:
    try:
        return until is None or _until(until) is not None
    except ValueError:
        return False


def _refusal() -> InvalidInput:
    return InvalidInput(
        "repeat: write a rule such as FREQ=WEEKLY;BYDAY=MO,TH or FREQ=MONTHLY;BYDAY=-1FR, with INTERVAL, and COUNT or "
        "UNTIL if it ends.",
        field="repeat",
    )
