"""Whether mail flows."""

from collections.abc import Iterator

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core.context import Context
from app.core.database import transaction
from sync.status import MailboxStatus, status

LATE = 3
"""So many times as long as mailboxes are asked at the latest: then one is behind."""


def examine(context: Context) -> Iterator[Finding]:
    with transaction(context.engine, read_only=True) as session:
        boxes = status(session, context.settings)
    if not boxes:
        yield warning(
            "mailboxes", "none is connected yet", "Members connect theirs on the home page or in the sidebar."
        )
    for box in boxes:
        yield _finding(box, LATE * context.settings.poll_seconds)


def _finding(box: MailboxStatus, late: float) -> Finding:
    check = f"mailbox {box.address}"
    if box.state == "reconnect":
        return problem(check, "Google no longer grants access", "Its owner connects it again, on the home page.")
    if box.state == "disabled":
        return warning(check, "disconnected", "Its owner connects it again, should its mail be wanted.")
    if box.state == "live" and box.lag_seconds is not None and box.lag_seconds > late:
        return problem(
            check,
            f"{box.lag_seconds / 60:.0f} minutes behind",
            f"See `sidenote sync status`. Last error: {box.last_error or 'none'}.",
        )
    if box.watch_warning:
        return warning(check, "Google's pushes end within two days", "See `sidenote sync status` for the last error.")
    return ok(check, f"{box.state}, {box.queue_depth:,} messages to fetch")
