"""What a role hides is on no card."""

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.schema import folder_of_kind, schema_of
from app.workspaces.grants import bar_field
from app.workspaces.roles import roles
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"


def hide(desk: Desk, **fields: str) -> None:
    """Hide one field of each kind from reps, e.g. `deal="amount"`."""
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        rep = next(role.id for role in roles(session, viewer=cast.alice) if role.name == "Rep")
        for kind, key in fields.items():
            schema = schema_of(session, folder=folder_of_kind(session, workspace_id=cast.workspace_id, kind=kind))
            bar_field(session, viewer=cast.alice, role_id=rep, field_id=schema.field(key).id, access="hidden")


def test_hidden_fields_are_on_no_card(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        for name in ("Renewal", "Upgrade"):
            create_deal(session, viewer=desk.cast.bob, values={"name": name, "amount": "4321"}, contact_ids=[jane])
    gmail_id = desk.receive(desk.cast.bob, letter("Jane Roe <jane@acme.com>", BOBS, subject="Hi"))
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    shown = " ".join(texts(bob.card))
    assert "4,321" in shown
    assert "CTO" in shown
    assert "+44 20 1" in shown
    hide(desk, deal="amount", contact="title")
    hide(desk, contact="phone")
    bob.open(gmail_id)
    shown = " ".join(texts(bob.card))
    assert "Renewal" in shown
    assert "2 open deals" in shown
    for secret in ("4,321", "8,642", "No amount yet", "CTO", "+44 20 1"):
        assert secret not in shown


def test_a_form_without_the_hidden_field_still_saves(desk: Desk) -> None:
    hide(desk, deal="amount")
    gmail_id = desk.receive(desk.cast.bob, letter("Jane Roe <jane@acme.com>", BOBS, subject="Hi"))
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    bob.press("New deal")
    bob.press("Save deal", name="Renewal")
    assert "Renewal" in " ".join(texts(bob.card))
