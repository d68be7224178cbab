"""The written conversations: one text file per thread, with headers and a body for each message.

Messages are divided by a line of equals signs. Headers, each on its line, end at the first empty line:

    at: 12 09:40              working days ago and the time, or `at: ago 25` for minutes ago
    from: priya               a key of people.json
    to: bob, tomas
    cc: alice
    subject: Re: Pilot        default: `Re:` and the first message's subject
    style: newsletter         default: how the sender's mail program writes
    kind: bounce              bounce, invitation or forward; default: an ordinary message
    attach: quote.pdf         made from messages/files/quote.pdf.txt
    labels: Private           labels beside those that Gmail sets; UNREAD marks it unread
    header: List-Id: <x>      a header as it is; may be repeated
    meeting: 3 14:00 45       for an invitation: working days ahead, time, minutes
    failed: x@y.example       for a bounce: the address that failed

In bodies `{+12}` stands for the date twelve working days from now and `{month +12}` for its month.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from app.demo.mailbox.people import MESSAGES, Person, people

FUTURE = re.compile(r"\{(?P<month>month )?\+(?P<days>\d+)\}")
DIVIDER = re.compile(r"^=+\n", re.MULTILINE)
SATURDAY = 5
END_OF_DAY = time(17, 30)


@dataclass(frozen=True)
class ScriptedMessage:
    """One message as written in its file, with people looked up and dates worked out."""

    number: int
    date: datetime
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    style: str
    kind: str
    body: str
    attachments: tuple[str, ...]
    labels: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    meeting: tuple[datetime, datetime] | None
    failed: str


def read_threads(now: datetime) -> Iterator[tuple[str, list[ScriptedMessage]]]:
    """Every thread's key and messages, in the order of the file names; `now` is aware."""
    for path in sorted(MESSAGES.glob("*.txt")):
        yield path.stem, _read_thread(path, now)


def _read_thread(path: Path, now: datetime) -> list[ScriptedMessage]:
    messages: list[ScriptedMessage] = []
    for number, block in enumerate(DIVIDER.split(path.read_text(encoding="utf-8"))):
        first_subject = messages[0].subject if messages else ""
        messages.append(_read_message(number, block, first_subject, now))
    return messages


def _read_message(number: int, block: str, first_subject: str, now: datetime) -> ScriptedMessage:
    head, _, body = block.partition("\n\n")
    lines = [tuple(line.split(": ", 1)) for line in head.splitlines()]
    fields = {name: value for name, value in lines if name != "header"}
    extra = [value.split(": ", 1) for name, value in lines if name == "header"]
    sender = people()[fields["from"]]
    return ScriptedMessage(
        number=number,
        date=_past(fields["at"], now) + timedelta(seconds=(number * 17 + 11) % 60),
        sender=sender,
        to=_named(fields["to"]),
        cc=_named(fields.get("cc", "")),
        subject=fields.get("subject") or f"Re: {first_subject}",
        style=fields.get("style", sender.style),
        kind=fields.get("kind", "ordinary"),
        body=_with_dates(body.strip(), now),
        attachments=_listed(fields.get("attach", "")),
        labels=_listed(fields.get("labels", "")),
        headers=tuple((name, value) for name, value in extra),
        meeting=_meeting(fields["meeting"], now) if "meeting" in fields else None,
        failed=fields.get("failed", ""),
    )


def _named(keys: str) -> tuple[Person, ...]:
    return tuple(people()[key] for key in _listed(keys))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _past(text: str, now: datetime) -> datetime:
    """`ago 25` is that many minutes before now; `3 09:40` the third working day before the last one that is over."""
    first, second = text.split()
    if first == "ago":
        return now.replace(second=0, microsecond=0) - timedelta(minutes=int(second))
    day = now if now.time() >= END_OF_DAY else now - timedelta(days=1)
    return _at(_working_day(day, -int(first)), second)


def _with_dates(body: str, now: datetime) -> str:
    """Fill in days and months to come, so that the mail speaks of the future whenever the demo is started."""

    def shown(match: re.Match[str]) -> str:
        day = _working_day(now, int(match["days"]))
        return day.strftime("%B") if match["month"] else f"{day.day} {day.strftime('%B')}"

    return FUTURE.sub(shown, body)


def _meeting(text: str, now: datetime) -> tuple[datetime, datetime]:
    days, clock, minutes = text.split()
    start = _at(_working_day(now, int(days)), clock)
    return start, start + timedelta(minutes=int(minutes))


def _working_day(day: datetime, steps: int) -> datetime:
    """The working day that lies `steps` working days away; a weekend counts as the Friday before it."""
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    step = timedelta(days=1 if steps > 0 else -1)
    for _ in range(abs(steps)):
        day += step
        while day.weekday() >= SATURDAY:
            day += step
    return day


def _at(day: datetime, clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return day.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
