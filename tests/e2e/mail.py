"""Alice's mailbox before Sidenote comes: 150 letters in 60 threads, and what Sidenote should make of each."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

ADDRESS = "alice@fairfield.example"
ALIAS = "sales@fairfield.example"
THREADS = 60
FIRST_DAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PEOPLE = ("Dana Diaz", "Jürgen Müller", "山田 太郎", "ليلى حداد", "Zoë 🚀 Ångström", "Łukasz Żak", "Ivan O'Neil")
SUBJECTS = ("The offer", "Angebot für März", "見積もりの件", "عرض الأسعار", "Launch 🎉 next week", "Réunion à 10 h")
CHARSETS = ("utf-8", "utf-8", "iso-8859-1")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message of the mailbox, and under which thread of ours it belongs."""

    number: int
    thread: int
    sender: tuple[str, str]
    to: tuple[str, str]
    subject: str
    text: str
    charset: str = "utf-8"
    reply_to: int | None = None
    labels: tuple[str, ...] = ("INBOX",)
    attachment: tuple[str, bytes] | None = None

    @property
    def rfc_id(self) -> str:
        return rfc_id(self.number)

    @property
    def is_outgoing(self) -> bool:
        return self.sender[1] in {ADDRESS, ALIAS}

    @property
    def raw(self) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = _person(self.sender)
        message["To"] = _person(self.to)
        message["Subject"] = self.subject
        message["Message-ID"] = f"<{self.rfc_id}>"
        message["Date"] = FIRST_DAY + timedelta(hours=self.number)
        if self.reply_to is not None:
            message["In-Reply-To"] = message["References"] = f"<{rfc_id(self.reply_to)}>"
        message.set_content(self.text, charset=self.charset, cte="quoted-printable")
        if self.number % 2:
            message.add_alternative(f"<div><p>{self.text.strip()}</p></div>", subtype="html")
        if self.attachment:
            name, content = self.attachment
            message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        return message.as_bytes()


def mailbox() -> list[Letter]:
    """Threads of one to four letters, customers and Alice by turns; oldest first in each."""
    return list(_letters())


def seed(letters: list[Letter], *, token: str, client: tuple[str, str], redirect_uri: str) -> dict[str, Any]:
    """The emulator's seed: Alice with these letters, Bob with none, and Sidenote as an OAuth client."""
    client_id, client_secret = client
    return {
        "users": [{"email": ADDRESS, "name": "Alice Fairfield"}, {"email": "bob@fairfield.example", "name": "Bob"}],
        "oauth_clients": [{"client_id": client_id, "client_secret": client_secret, "redirect_uris": [redirect_uri]}],
        "tokens": {token: ADDRESS},
        "send_as": [
            {"user_email": ADDRESS, "send_as_email": address, "display_name": "Alice"} for address in (ADDRESS, ALIAS)
        ],
        "labels": [{"id": "Label_7", "user_email": ADDRESS, "name": "Customers"}],
        "messages": [
            {
                "user_email": ADDRESS,
                "raw": base64.urlsafe_b64encode(letter.raw).decode(),
                "label_ids": list(letter.labels),
            }
            for letter in letters
        ],
    }


def rfc_id(number: int) -> str:
    return f"letter-{number}@mail.example"


def _letters() -> Iterator[Letter]:
    number = 0
    for thread in range(THREADS):
        name = PEOPLE[thread % len(PEOPLE)]
        customer = (name, f"person{thread}@customer{thread % 9}.example")
        alice = ("Alice Fairfield", ALIAS if thread % 5 == 0 else ADDRESS)
        subject = SUBJECTS[thread % len(SUBJECTS)]
        for turn in range(thread % 4 + 1):
            outgoing = (thread + turn) % 2 == 1
            charset = CHARSETS[number % len(CHARSETS)]
            yield Letter(
                number=number,
                thread=thread,
                sender=alice if outgoing else customer,
                to=customer if outgoing else alice,
                subject=f"Re: {subject}" if turn else subject,
                text=f"Grüße, é, letter {number}.\n" if charset == "iso-8859-1" else f"{subject} – {name}, {number}.\n",
                charset=charset,
                reply_to=number - 1 if turn else None,
                labels=("SENT",) if outgoing else ("INBOX", "Label_7"),
                attachment=(f"offer-{thread}.pdf", b"%PDF-1.7 " + bytes(range(256))) if number % 6 == 0 else None,
            )
            number += 1


def _person(person: tuple[str, str]) -> str:
    name, address = person
    return f'"{name}" <{address}>'
