"""`python -m sync.emulator`: the emulator as a process of its own, on 127.0.0.1."""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from sync.emulator import GmailEmulator, Quota, serve
from sync.emulator.mailfiles import load_mail

QUOTAS = {"new": Quota.new_project, "old": Quota.old_project, "unlimited": Quota.unlimited}
DEFAULT_SCOPES = "https://mail.google.com/ openid email profile"


def main() -> None:
    """Serves until interrupted; prints one JSON line with the address, tokens and load figures when ready."""
    options = _options()
    emulator = GmailEmulator(quota=QUOTAS[options.quota](), latency=options.latency)
    ready = _load(emulator, options)
    server = serve(emulator, options.port).start()
    ready |= {"url": server.url, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    try:
        server.join()
    except KeyboardInterrupt:
        server.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sync.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--mbox", type=Path, help="an mbox file or a folder of messages to load")
    parser.add_argument("--address", help="whose mail it is; guessed from the mail when not given")
    parser.add_argument("--quota", choices=sorted(QUOTAS), default="new")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--warm", action="store_true", help="render every message before serving")
    parser.add_argument("--scopes", default=DEFAULT_SCOPES, help="of the printed tokens, separated by spaces")
    return parser.parse_args()


def _load(emulator: GmailEmulator, options: argparse.Namespace) -> dict[str, Any]:
    started = time.perf_counter()
    ready: dict[str, Any] = {"messages": 0}
    address = options.address
    if options.mbox:
        summary = load_mail(emulator, options.mbox, address=address)
        address = summary.address
        ready |= {"messages": summary.messages, "threads": summary.threads}
    elif address:
        emulator.add_mailbox(address)
    if address:
        scopes = options.scopes.split()
        ready |= {"address": address, "access_token": emulator.tokens.issue(address, scopes)}
        ready["refresh_token"] = emulator.grant(address, scopes)
    if options.warm:
        emulator.warm()
    gc.freeze()  # a large mailbox would otherwise be walked again and again while it is served
    return {**ready, "seconds": round(time.perf_counter() - started, 3)}


if __name__ == "__main__":
    main()
