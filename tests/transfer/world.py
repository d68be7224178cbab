"""A workspace with something of everything, some of it awkward, for what has to go out and come back whole."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

import app.registry  # noqa: F401
from app.core.bulk import insert_rows
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.ids import new_id
from app.records.deals import create_deal
from app.records.fieldwork import NewField, create_field
from app.records.folders import create_folder
from app.records.segments import create_segment, freeze
from app.records.service import create_in, create_record, update_record
from app.records.shelf import delete_record
from app.records.views import create_view
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from app.workspaces.api_keys import create_api_key
from models import Mailbox, MessageBody
from tests.cast import Cast, gather
from tests.timeline.mail import store_mail

AWKWARD = 'Zoë 🦊 "Quarry", =1+1\t\'x\\ \u2028 \u00a0end'
LAST = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    cast: Cast
    company_id: str
    contact_id: str
    deal_id: str


def settle(engine: Engine) -> World:
    """Alice's workspace with records, links, history, mail, notes, tasks, views; Mallory next door has a record."""
    cast = gather(engine)
    with transaction(engine) as session:
        company = create_record(
            session,
            workspace_id=cast.workspace_id,
            kind="company",
            values={"name": "Quarry Ltd", "address": {"city": "Kyiv"}, "annual_revenue": "1000000"},
            viewer=cast.bob,
        )
        contact = create_record(
            session,
            workspace_id=cast.workspace_id,
            kind="contact",
            values={"name": AWKWARD, "email": ["dana@quarry.example"], "company": company.id, "tags": ["a;b", "c"]},
            viewer=cast.bob,
        )
        deal = create_deal(
            session,
            viewer=cast.bob,
            values={"name": "Crusher", "amount": "1234.50", "company": company.id, "contacts": [contact.id]},
        )
        update_record(session, viewer=cast.alice, record_id=contact.id, values={"title": "CTO"})
        _write_custom(session, cast)
        _write_timeline(session, cast, contact.id)
        _write_ways_of_looking(session, cast, contact.folder_id)
        gone = create_deal(session, viewer=cast.alice, values={"name": "Thrown away"})
        delete_record(session, viewer=cast.alice, record_id=gone.id)
        create_deal(session, viewer=cast.mallory, values={"name": "Next door"})
        create_api_key(session, viewer=cast.alice, name="test")
        mailbox = session.get_one(Mailbox, cast.mailboxes[cast.bob.member_id])
        mailbox.grant, mailbox.quota_level, mailbox.quota_at = "encrypted", 0.1, utcnow().timestamp()
        return World(cast, company.id, contact.id, deal.id)


def _write_custom(session: Session, cast: Cast) -> None:
    """A folder of their own, with numbers that jsonb and SQLite keep in different ways."""
    folder = create_folder(session, viewer=cast.alice, name="Größen")
    plans = {
        "weight": ("number", {"decimals": 6}),
        "at": ("datetime", {}),
        "flag": ("checkbox", {}),
        "doc": ("file", {}),
    }
    for name, (type, options) in plans.items():
        create_field(
            session, viewer=cast.alice, folder_id=folder.id, plan=NewField(name=name, type=type, options=options)
        )
    for weight in (1, 1.5, 0.000001, -2_000_000_000):
        values = {"name": f"Of {weight}", "weight": weight, "at": LAST, "flag": False, "doc": "https://a.example/b"}
        create_in(session, folder=folder, values=values, viewer=cast.alice)


def _write_timeline(session: Session, cast: Cast, contact_id: str) -> None:
    add_note(session, viewer=cast.bob, record_ids=[contact_id], text=f"Called.\n{AWKWARD}")
    add_task(session, viewer=cast.bob, title="Call back", record_ids=[contact_id], due_at=utcnow() + timedelta(days=2))
    entry_id = store_mail(
        session,
        workspace_id=cast.workspace_id,
        record_ids=[contact_id],
        mailbox_ids=list(cast.mailboxes.values())[:2],
        subject=AWKWARD,
        text="Granite at last",
        at=LAST,
    )
    assert entry_id
    body = {"message_id": new_id(), "workspace_id": cast.workspace_id, "html": "<p>x</p>", "visible_text": AWKWARD}
    insert_rows(session, MessageBody, [{**body, "full_text": "x\r\ny", "parser_version": 1}])


def _write_ways_of_looking(session: Session, cast: Cast, folder_id: str) -> None:
    tech = {"field": "title", "op": "is", "value": "CTO"}
    create_view(session, viewer=cast.alice, folder_id=folder_id, values={"name": "Tech", "filter": tech})
    create_view(session, viewer=cast.alice, folder_id=folder_id, values={"name": "All"})
    segment = create_segment(session, viewer=cast.alice, folder_id=folder_id, name="Tech", filter=tech)
    freeze(session, viewer=cast.alice, segment_id=segment.id)
