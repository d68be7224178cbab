"""Mail for the import measure: business threads with quoted replies and signatures, the same at every run."""

import random
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

ADDRESS = "rep@seller.example"
WORDS = (
    "order delivery price offer training sample invoice question contract meeting schedule sensor plant quality "
    "please thanks attached tomorrow however technical budget decision colleague problem answer factory week"
).split()
THREAD = 4
START = datetime(2025, 1, 6, 8, tzinfo=UTC)


def write_mail(path: Path, messages: int) -> None:
    """An mbox of threads of four: a customer writes, the rep answers, about 3 kB each."""
    chosen = random.Random(3)
    with path.open("wb") as file:
        for number in range(messages):
            file.write(b"From sidenote@bench Mon Jan  6 08:00:00 2025\n")
            file.write(_message(chosen, number).as_bytes() + b"\n")


def _message(chosen: random.Random, number: int) -> EmailMessage:
    thread, place = divmod(number, THREAD)
    customer = f"Person {thread % 3000} <person{thread % 3000}@company{thread % 600}.example>"
    incoming = place % 2 == 0
    message = EmailMessage()
    message["From"], message["To"] = (customer, ADDRESS) if incoming else (f"Rep <{ADDRESS}>", customer)
    if thread % 5 == 0:
        message["Cc"] = f"second{thread % 900}@company{thread % 600}.example"
    message["Subject"] = f"{'Re: ' if place else ''}About order {thread}"
    message["Date"] = format_datetime(START + timedelta(minutes=7 * number))
    message["Message-ID"] = f"<{number}@bench.example>"
    if place:
        message["In-Reply-To"] = f"<{number - 1}@bench.example>"
        message["References"] = " ".join(f"<{number - back}@bench.example>" for back in range(place, 0, -1))
    text = _paragraphs(chosen) + "\n\n-- \nPerson Example\nHead of Purchasing\n+49 30 1234567\n"
    quote = _paragraphs(chosen) if place else ""
    message.set_content(text + _quoted(quote))
    if number % 2:
        message.add_alternative(_html(text, quote), subtype="html")
    return message


def _quoted(text: str) -> str:
    if not text:
        return ""
    return "\n\nOn Mon, Jan 6, 2025 at 8:00 AM Someone <a@b.example> wrote:\n> " + text.replace("\n", "\n> ")


def _html(text: str, quote: str) -> str:
    body, quoted = (part.replace("\n", "<br>") for part in (text, quote))
    return f'<div dir="ltr">{body}</div><div class="gmail_quote">{quoted}</div>'


def _paragraphs(chosen: random.Random) -> str:
    return "\n\n".join(" ".join(chosen.choices(WORDS, k=45)).capitalize() + "." for _ in range(2))
