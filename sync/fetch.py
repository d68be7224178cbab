"""From queued ids to fetched messages: one batch is on its way while the one before it is stored."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from sqlmodel import col, select

from app.core.database import transaction
from models import Mailbox
from sync import queue
from sync.batch import Reply
from sync.client import GmailClient
from sync.errors import GmailError, GrantRevoked, RateLimited, TokenRefused
from sync.outcomes import Fetched, record
from sync.parse import parse_message
from sync.queue import THREAD, Item
from sync.quota import Plan, plan_of
from sync.run import Run

STRETCH_SECONDS = 30.0
"""How long to fetch before the caller may look for new mail again."""


def fetch_queued(run: Run, client: GmailClient) -> bool:
    """Fetch and store queued items, best first, until none is ready, a push comes, or time is up.

    True if there were any. Raises what concerns the mailbox as a whole, after storing what did arrive.
    """
    handled = 0
    for fetched in _batches(run, client):
        record(run, fetched)
        _adapt(run, [one.error for one in fetched if one.error])
        run.progress(sum(len(one.messages) for one in fetched))
        handled += len(fetched)
    return handled > 0


def fetch_item(run: Run, client: GmailClient, item: Item) -> None:
    """Fetch and store just this one, which a person waits for. Raises its error after recording it."""
    run.spend(item.method, 1)
    fetched = _fetch(client, [item])
    record(run, fetched)
    if fetched[0].error:
        raise fetched[0].error


def _batches(run: Run, client: GmailClient) -> Iterator[list[Fetched]]:
    until = run.clock.now() + STRETCH_SECONDS
    coming: Future[list[Fetched]] | None = None
    items: list[Item] = []
    with ThreadPoolExecutor(1) as courier:
        while True:
            in_time = run.clock.now() < until and not run.over
            items, wait = _next_batch(run, besides=items) if in_time else ([], 0.0)
            following = courier.submit(_fetch, client, items) if items else None
            if coming:
                yield coming.result()
            elif wait:
                run.wait_for_quota(wait)
            elif not following:
                return
            coming = following


def _next_batch(run: Run, *, besides: Sequence[Item]) -> tuple[list[Item], float]:
    """Items that are paid for, or none and the seconds to wait for quota; neither when there is nothing to do."""
    plan = plan_of(run.settings)
    with transaction(run.engine, read_only=plan.per_minute is None) as session:
        if session.scalar(select(Mailbox.dirty_at).where(col(Mailbox.id) == run.mailbox_id)):
            return [], 0.0
        limit = run.batch_size.value
        ready = queue.next_items(session, run.mailbox_id, now=run.now(), limit=limit, besides=besides)
        batch = _affordable(ready, plan)
        cost = sum(plan.costs[item.method] for item in batch)
        wait = run.reserve(session, cost) if batch else 0.0
        return ([], wait) if wait else (batch, 0.0)


def _affordable(ready: Sequence[Item], plan: Plan) -> list[Item]:
    """The head of the queue that one batch may hold: old mail apart from new, and no dearer than the quota allows."""
    batch: list[Item] = []
    units = 0
    for item in ready:
        units += plan.costs[item.method]
        if batch and (units > plan.batch_units or item.backfill != batch[0].backfill):
            break
        batch.append(item)
    return batch


def _fetch(client: GmailClient, items: Sequence[Item]) -> list[Fetched]:
    replies = client.batch.get([item.path for item in items])
    return [_read(item, reply) for item, reply in zip(items, replies, strict=True)]


def _read(item: Item, reply: Reply) -> Fetched:
    if isinstance(reply, GmailError):
        return Fetched(item, error=reply)
    resources = reply.get("messages", ()) if item.kind == THREAD else (reply,)
    return Fetched(item, messages=tuple(parse_message(resource) for resource in resources))


def _adapt(run: Run, errors: Sequence[GmailError]) -> None:
    """Ask for less at once when Gmail rations, for more when it does not; raise what stops the whole mailbox."""
    for error in errors:
        if isinstance(error, TokenRefused | GrantRevoked):
            raise error
    rationed = [error for error in errors if isinstance(error, RateLimited)]
    if not rationed:
        run.batch_size.grow()
        return
    run.batch_size.halve()
    longest = max(rationed, key=lambda error: error.retry_after or 0.0)
    if longest.retry_after:
        raise longest
