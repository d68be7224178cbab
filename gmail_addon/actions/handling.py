"""From a click to its answer."""

import hashlib
from contextlib import suppress

from app.core.errors import InvalidInput, NotFound
from gmail_addon.actions.once import once
from gmail_addon.actions.registry import SHOWS, WRITES, Done, Writer
from gmail_addon.errors import CardTooLarge
from gmail_addon.layouts.places import card_at, root_card
from gmail_addon.parameters import nonce
from gmail_addon.responses import Navigation, Response, pop_to_root, push, render_action, update
from gmail_addon.visit import ACTION, Visit


def handle(visit: Visit) -> Response:
    """The answer to the click that the event describes; raises SidenoteError for what cannot be done."""
    name = visit.event.parameters.get(ACTION, "")
    if show := SHOWS.get(name):
        return show(visit)
    if writer := WRITES.get(name):
        return _write(visit, writer)
    raise NotFound("This button is out of date: refresh the card and try again.")


def _write(visit: Visit, writer: Writer) -> Response:
    key = nonce(visit)
    try:
        if writer.choice:
            key = f"{key}:{_digest(writer.choice(visit))}"
        opened = writer.prepare(visit) if writer.prepare else None
        done = once(visit, key, lambda session: writer.run(session, visit, opened))
    except InvalidInput as error:
        form = _again(visit, writer, error)
        if form is None:
            raise
        return render_action(form)
    steps = _fresh(visit, done, on_top=writer.again is not None)
    return render_action(*steps, notify=done.notify, state_changed=True)


def _digest(choice: str) -> str:
    """Stands for a choice in a key, which an index must hold however long the input was."""
    return hashlib.sha256(choice.encode(errors="surrogatepass")).hexdigest()


def _again(visit: Visit, writer: Writer, error: InvalidInput) -> Navigation | None:
    """The refused form with what was typed. Without it when that fits no card: then the form on screen stays."""
    try:
        return writer.again(visit, error) if writer.again else None
    except CardTooLarge:
        return None


def _fresh(visit: Visit, done: Done, *, on_top: bool) -> list[Navigation]:
    """The root drawn anew and, above it, the card that the person stood on: Back must not show the past."""
    at = visit.at if done.at is None else done.at
    steps = [update(root_card(visit))]
    if at:
        with suppress(NotFound):
            steps.append(push(card_at(visit, at)))
    return [pop_to_root(), *steps] if at or on_top else steps
