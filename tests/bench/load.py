"""A load of HTTP requests over a few kept-alive connections, light enough to share the machine with the server."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

Answers = list[tuple[float, int]]
"""Seconds, and the length of the body."""


@dataclass(frozen=True)
class Load:
    """`seconds` holds one duration per answer; `bodies` the length of each body; every status was of success."""

    per_second: float
    seconds: list[float]
    bodies: list[int]


def run(
    ports: Sequence[int],
    requests: Sequence[bytes],
    *,
    expect: bytes,
    connections: int,
    warm_up: int = 200,
    pause: float = 0,
) -> Load:
    """Send each request (raw HTTP/1.1) once, over connections shared out evenly; the first `warm_up` do not count.

    Each connection waits about `pause` seconds before a request: half of it to one and a half. AssertionError when an
    answer is none of success or does not contain `expect`.
    """
    return asyncio.run(_run(ports, requests, expect, connections, warm_up, pause))


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def header(request: bytes, name: str) -> str:
    """The value of a header of a request that was made here."""
    return request.decode().partition(f"\r\n{name}: ")[2].partition("\r\n")[0]


async def _run(
    ports: Sequence[int], requests: Sequence[bytes], expect: bytes, connections: int, warm_up: int, pause: float
) -> Load:
    await _drive(ports, requests[:warm_up], expect, connections, 0)
    started = time.perf_counter()
    answers = await _drive(ports, requests[warm_up:], expect, connections, pause)
    elapsed = time.perf_counter() - started
    return Load(len(answers) / elapsed, [taken for taken, _ in answers], [size for _, size in answers])


async def _drive(
    ports: Sequence[int], requests: Sequence[bytes], expect: bytes, connections: int, pause: float
) -> Answers:
    queue = iter(requests)
    answers: Answers = []
    places = ((ports[n % len(ports)], _pauses(n, pause)) for n in range(connections))
    await asyncio.gather(*(_connection(port, queue, expect, answers, pauses) for port, pauses in places))
    return answers


def _pauses(seed: int, pause: float) -> Iterator[float]:
    chance = Random(seed)
    while True:
        yield pause * chance.uniform(0.5, 1.5)


async def _connection(
    port: int, queue: Iterator[bytes], expect: bytes, answers: Answers, pauses: Iterator[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for raw in queue:
        await asyncio.sleep(next(pauses))
        started = time.perf_counter()
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise AssertionError(f"the server answered {head[:300]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        answers.append((time.perf_counter() - started, length))
        if expect not in body:
            raise AssertionError(f"the server answered {body[:300]!r}")
    writer.close()
    await writer.wait_closed()
