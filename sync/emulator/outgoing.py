"""Sending: what Gmail does to a message on its way out, and delivery to the mailboxes it finds here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from email.utils import formataddr, formatdate
from typing import TYPE_CHECKING

from sync.emulator.headers import addresses, first, header_block, message_ids, scan_headers
from sync.emulator.mailbox import Mailbox, Message

if TYPE_CHECKING:
    from sync.emulator.emulator import GmailEmulator


def send_message(emulator: GmailEmulator, mailbox: Mailbox, raw: bytes, *, thread_id: str | None = None) -> Message:
    """Stores the sent copy and delivers it to every recipient who has a mailbox here."""
    raw = _complete(emulator, mailbox, raw)
    recipients = set(addresses(scan_headers(raw), "To", "Cc", "Bcc"))
    now = int(emulator.clock() * 1000)
    own = ["INBOX", "UNREAD"] if recipients & mailbox.owner_addresses else []
    sent = mailbox.add(raw, labels=["SENT", *own], internal_date=now, thread_id=thread_id)
    arriving = edit_headers(raw, drop=["Bcc"])
    for other in emulator.mailboxes():
        if other is not mailbox and recipients & other.owner_addresses:
            other.add(arriving, labels=["INBOX", "UNREAD"], internal_date=now)
    return sent


def _complete(emulator: GmailEmulator, mailbox: Mailbox, raw: bytes) -> bytes:
    """A From that belongs to the sender, a Date, and Gmail's own Message-ID in place of the client's."""
    headers = scan_headers(raw)
    drop: list[str] = []
    add: list[tuple[str, str]] = []
    senders = addresses(headers, "From")
    if not senders or senders[0] not in mailbox.owner_addresses:
        drop.append("From")
        add.append(("From", formataddr((mailbox.name, mailbox.address))))
    if not first(headers, "Date"):
        add.append(("Date", formatdate(emulator.clock())))
    given = next(iter(message_ids(first(headers, "Message-ID"))), None)
    if given is None or emulator.rewrite_message_ids:
        drop.append("Message-ID")
        seed = b"%b %d" % (raw, len(mailbox.messages))
        digest = hashlib.blake2b(seed, key=mailbox.address.encode()[:64], digest_size=16).hexdigest()
        add.append(("Message-ID", f"<CA{digest}@mail.gmail.com>"))
        if given:
            add.append(("X-Google-Original-Message-ID", given))
    return edit_headers(raw, drop=drop, add=add)


def edit_headers(raw: bytes, *, drop: Iterable[str] = (), add: Iterable[tuple[str, str]] = ()) -> bytes:
    """The message without the named header fields and with others put before the rest."""
    block = header_block(raw)
    unwanted = tuple(name.lower().encode() + b":" for name in drop)
    kept: list[bytes] = []
    dropping = False
    for line in block.splitlines(keepends=True):
        if line[:1] not in (b" ", b"\t"):
            dropping = line.lower().startswith(unwanted)
        if not dropping:
            kept.append(line)
    newline = b"\r\n" if b"\r\n" in block else b"\n"
    added = b"".join(f"{name}: {value}".encode() + newline for name, value in add)
    return added + b"".join(kept) + raw[len(block) :]
