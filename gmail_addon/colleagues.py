"""Choosing colleagues on a card: from a list, or by name where a list has no room for all of them."""

from collections.abc import Collection

from app.core.errors import InvalidInput
from gmail_addon.card_types import Action, Widget
from gmail_addon.inputs import MAX_OPTIONS, dropdown, multi_select, option, text_input
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Member

MOST_SUGGESTED = 20


def colleague_input(visit: Visit, name: str, label: str, *, chosen: str) -> Widget:
    """One colleague, by id; `chosen` may be one who left."""
    members = _offered(visit, {chosen})
    if len(members) <= MAX_OPTIONS:
        options = [option(one.id, one.name, selected=one.id == chosen) for one in members]
        return dropdown(name, *options, label=label)
    known = visit.catalog.members.get(chosen)
    return text_input(name, label, value=_label(known) if known else chosen, autocomplete=_asking(visit, name))


def colleagues_input(visit: Visit, name: str, label: str, *, chosen: Collection[str]) -> Widget | None:
    """Several; None where the viewer has no colleagues. Where they are many, one by name."""
    members = [one for one in _offered(visit, chosen) if one.id != visit.viewer.member_id]
    if not members:
        return None
    if len(members) <= MAX_OPTIONS:
        options = [option(one.id, one.name, selected=one.id in chosen, detail=one.email) for one in members]
        return multi_select(name, *options, label=label)
    first = next(iter(chosen), "")
    known = visit.catalog.members.get(first)
    return text_input(name, label, value=_label(known) if known else first, autocomplete=_asking(visit, name))


def chosen_colleague(visit: Visit, name: str) -> str:
    """The id of who was chosen; the viewer's own where the input was left empty."""
    return next(iter(chosen_colleagues(visit, name)), visit.viewer.member_id)


def chosen_colleagues(visit: Visit, name: str) -> list[str]:
    """Ids. Raises InvalidInput for a name that is nobody's, or that of several."""
    return [_meant(visit, name, given) for given in visit.event.form.choices(name) or () if given.strip()]


def suggested_colleagues(visit: Visit, text: str) -> list[str]:
    """Labels of those whose name or address has what was typed; no statement."""
    wanted = text.strip().casefold()
    found = [_label(one) for one in _offered(visit, ()) if wanted in _label(one).casefold()]
    return found[:MOST_SUGGESTED] if wanted else []


def _meant(visit: Visit, name: str, given: str) -> str:
    if given in visit.catalog.members:
        return given
    wanted = given.strip().casefold()
    found = [one for one in _offered(visit, ()) if wanted in (_label(one).casefold(), one.name.casefold())]
    if len(found) != 1:
        raise InvalidInput(t("Write the name of a colleague, or choose a suggestion."), field=name)
    return found[0].id


def _offered(visit: Visit, chosen: Collection[str]) -> list[Member]:
    return [one for one in visit.catalog.members.values() if one.active or one.id in chosen]


def _label(member: Member) -> str:
    return f"{member.name} · {member.email}"


def _asking(visit: Visit, name: str) -> Action:
    return visit.call("suggest_colleagues", input=name)
