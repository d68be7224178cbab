"""Real mail from files: mbox exports (Google Takeout too) and folders of RFC 822 messages, read as streams."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sync.emulator.emulator import GmailEmulator
from sync.emulator.headers import Header, addresses, first, scan_headers

# A separator carries a time of day; a sentence that begins with "From " does not.
_SEPARATOR = re.compile(rb"From .*\d\d:\d\d")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
_FIRST_BYTES = 65_536

# What Takeout calls Gmail's own labels, in the languages of its exports seen so far.
_TAKEOUT_LABELS = {
    "inbox": "INBOX",
    "sent": "SENT",
    "unread": "UNREAD",
    "starred": "STARRED",
    "important": "IMPORTANT",
    "spam": "SPAM",
    "trash": "TRASH",
    "bin": "TRASH",
    "drafts": "DRAFT",
    "draft": "DRAFT",
    "chat": "CHAT",
    "category personal": "CATEGORY_PERSONAL",
    "category social": "CATEGORY_SOCIAL",
    "category promotions": "CATEGORY_PROMOTIONS",
    "category updates": "CATEGORY_UPDATES",
    "category forums": "CATEGORY_FORUMS",
}
# Marks that say something else than a label.
_TAKEOUT_MARKS = frozenset({"opened", "archived", "unseen"})


@dataclass(frozen=True)
class MailFile:
    """One message from a file: `labels` and `thread_key` as a Takeout export names them, else None."""

    raw: bytes
    headers: list[Header]
    labels: list[str] | None
    thread_key: str | None


@dataclass(frozen=True)
class LoadSummary:
    """What `load_mail` did; `seconds` of wall time."""

    address: str
    messages: int
    threads: int
    seconds: float


def read_mail(path: Path) -> Iterator[MailFile]:
    """The messages of an mbox file, a folder of message files, or a single message, in a fixed order.

    Line ends may be LF, CRLF or CR. Files without a single header line are passed over.
    """
    for raw in _raw_messages(path):
        headers = scan_headers(raw)
        if headers:
            labels = first(headers, "X-Gmail-Labels")
            yield MailFile(raw, headers, _takeout_labels(labels), first(headers, "X-GM-THRID") or None)


def guess_owner(path: Path, *, limit: int = 2000) -> str:
    """The address whose mail this is: the most frequent Delivered-To, else the most frequent participant.

    Looks at the first `limit` messages; raises ValueError when no address is found in them.
    """
    delivered: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for mail in islice(read_mail(path), limit):
        delivered.update(addresses(mail.headers, "Delivered-To", "X-Original-To"))
        present.update(set(addresses(mail.headers, "From", "To", "Cc")))
    for counts in (delivered, present):
        if counts:
            return min(counts, key=lambda address: (-counts[address], address))
    raise ValueError(f"no address found in the mail under {path}: name the owner's address")


def load_mail(
    emulator: GmailEmulator,
    path: Path,
    *,
    address: str | None = None,
    name: str | None = None,
    limit: int | None = None,
) -> LoadSummary:
    """Delivers the mail of a file or folder into the owner's mailbox, which is made if need be.

    The owner's own messages are labelled SENT and the others INBOX, unless the export says otherwise. Thread keys of
    the export become threads.
    """
    started = time.perf_counter()
    address = (address or guess_owner(path)).lower()
    known = {mailbox.address: mailbox for mailbox in emulator.mailboxes()}
    mailbox = known.get(address) or emulator.add_mailbox(address, name=name or "")
    threads: dict[str, str] = {}
    count = 0
    for mail in islice(read_mail(path), limit):
        sent = bool(mailbox.owner_addresses & set(addresses(mail.headers, "From")[:1]))
        labels = mail.labels if mail.labels is not None else ["SENT"] if sent else ["INBOX"]
        thread_id = threads.get(mail.thread_key) if mail.thread_key else None
        message_id = emulator.deliver(address, mail.raw, labels=labels, thread_id=thread_id)
        if mail.thread_key:
            threads.setdefault(mail.thread_key, mailbox.messages[message_id].thread.id)
        count += 1
    return LoadSummary(address, count, len(mailbox.threads), time.perf_counter() - started)


def _raw_messages(path: Path) -> Iterator[bytes]:
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as stream:
            if stream.peek(5)[:5] == b"From ":
                yield from _mbox_messages(stream)
            elif _looks_like_mail(stream.peek(_FIRST_BYTES)[:_FIRST_BYTES]):
                yield stream.read().lstrip(b"\r\n")


def _looks_like_mail(start: bytes) -> bool:
    return any(_HEADER_LINE.match(line) for line in start.lstrip().splitlines()[:3])


def _mbox_messages(stream: BinaryIO) -> Iterator[bytes]:
    """Splits at `From ` lines that follow an empty line, and takes one `>` off quoted ones (mboxrd)."""
    lines: list[bytes] = []
    after_empty = True
    for line in _lines(stream):
        if after_empty and _SEPARATOR.match(line):
            if lines:
                yield _unquoted(lines)
            lines = []
        else:
            lines.append(line)
        after_empty = not line.strip(b"\r\n")
    if lines:
        yield _unquoted(lines)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends, also where the file uses bare CRs."""
    for line in stream:
        if b"\r" in line[:-2]:
            yield from line.splitlines(keepends=True)
        else:
            yield line


def _unquoted(lines: list[bytes]) -> bytes:
    if not lines[-1].strip(b"\r\n"):
        lines = lines[:-1]
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines))


def _takeout_labels(value: str) -> list[str] | None:
    """`Inbox,Category Promotions,"a, b"` as system labels and names of user labels; None without the header."""
    if not value:
        return None
    names = [quoted or plain.strip() for quoted, plain in re.findall(r'"([^"]*)"|([^,"]+)', value)]
    return [
        _TAKEOUT_LABELS.get(name.lower(), name) for name in names if name.strip() and name.lower() not in _TAKEOUT_MARKS
    ]
