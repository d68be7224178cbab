"""A strict and mean local Gmail: the API, OAuth and push, in one process, for tests, demos and benchmarks."""

from sync.emulator.emulator import GmailEmulator
from sync.emulator.faults import FaultRule
from sync.emulator.push import PushAttempt, PushFaults
from sync.emulator.quota import Quota
from sync.emulator.server import Server, serve
from sync.emulator.tokens import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET

__all__ = [
    "DEFAULT_CLIENT_ID",
    "DEFAULT_CLIENT_SECRET",
    "FaultRule",
    "GmailEmulator",
    "PushAttempt",
    "PushFaults",
    "Quota",
    "Server",
    "serve",
]
