"""The emulated Gmail at 200,000 messages: loading them, and reading any of them."""

import random
import time
from collections.abc import Iterator

from sync.emulator import GmailEmulator, Quota
from sync.emulator.wire import Request
from tests.bench.measure import AT_MOST, Measure

MESSAGES, READS = 200_000, 2_000
ADDRESS = "rep@seller.example"


def bench() -> Iterator[Measure]:
    emulator = GmailEmulator(quota=Quota.unlimited())
    emulator.add_mailbox(ADDRESS)
    token = emulator.tokens.issue(ADDRESS, ["https://mail.google.com/"])
    started = time.perf_counter()
    ids = [
        emulator.deliver(ADDRESS, _raw(number), internal_date=1_700_000_000_000 + number) for number in range(MESSAGES)
    ]
    yield Measure("emulator: load 200,000 messages", time.perf_counter() - started, "s")
    few, all_of_them = _reads(emulator, token, ids[:2_000]), _reads(emulator, token, ids)
    yield Measure("emulator: messages.get at 200,000 messages", READS / all_of_them, "messages/s")
    yield Measure("emulator: cost among 200,000 / among 2,000", all_of_them / few, "ratio", 2, AT_MOST)


def _reads(emulator: GmailEmulator, token: str, ids: list[str]) -> float:
    chosen = random.Random(5).sample(ids, READS)
    started = time.perf_counter()
    for message in chosen:
        request = Request(
            "GET", f"/gmail/v1/users/me/messages/{message}", "", {"authorization": f"Bearer {token}"}, b""
        )
        if emulator.answer(request).status != 200:
            raise AssertionError("the emulator lost a message")
    return time.perf_counter() - started


def _raw(number: int) -> bytes:
    return (
        f"From: Person <p{number}@company{number % 900}.example>\r\nTo: {ADDRESS}\r\nSubject: Order {number}\r\n"
        f"Message-ID: <{number}@bench.example>\r\n\r\nMessage {number}.\r\n"
    ).encode()
