"""Public identifiers: ULIDs, sortable by creation time and impossible to guess."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]


def new_id() -> str:
    """26 characters of lower-case Crockford base 32: 48 bits of milliseconds, then 80 random bits.

    Source: https://github.com/ulid/spec
    """
    value = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(120, -1, -10)])
