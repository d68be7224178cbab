"""What Northbeam sells, and what its reps made of it: a quote that is out, a ticket, a lead from an exhibition."""

from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import Session, col, select

from app.core.security import Vault
from app.demo.context import DemoMember
from app.records.quotes.lines import NewLine, set_lines
from app.records.quotes.versions import send_quote
from app.records.service import create_record
from app.workspaces.access import Viewer, viewer_by_sub
from models import Message, Record
from sync.tickets import ticket_from_message

PRODUCTS = (
    {"name": "NB-150 handheld for water", "sku": "NB-150", "price": "5950"},
    {"name": "NB-210 in-line colour head", "sku": "NB-210", "price": "15900"},
    {"name": "NB-300 laboratory spectrometer", "sku": "NB-300", "price": "12400"},
    {"name": "NB-420 process head", "sku": "NB-420", "price": "5400"},
    {"name": "Mounting, cabling and commissioning", "sku": "SV-10", "price": "2300"},
)
QUOTED = {"NB-210": 2, "SV-10": 2}
"""SKU to how many."""
LEAD = {
    "name": "Katrin Ostwald",
    "email": "k.ostwald@ostwald-paper.example",
    "title": "Head of Quality",
    "company_name": "Ostwald Paper",
    "phone": "+49 30 5550 1177",
    "source": "Exhibition",
    "status": "Contacted",
    "amount": "18000",
}
COMPLAINT = "NB-150 drifting AGAIN"


def put_in_price_list_and_lead(session: Session, *, members: Sequence[DemoMember]) -> None:
    """The first by the member who administers the workspace, the second by the one whom the demo opens with."""
    if session.scalars(select(Record).where(col(Record.kind) == "product")).first():
        return
    for key, kind, records in (("alice", "product", PRODUCTS), (members[0].key, "lead", (LEAD,))):
        viewer = viewer_by_sub(session, next(member.subject for member in members if member.key == key))
        if viewer:
            for values in records:
                create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)


def put_in_quote(session: Session, viewer: Viewer, vault: Vault, *, deal: Record, contact: Record | None) -> None:
    """Sent to the customer of the deal."""
    skus = {
        str(product.data.get("sku")): product.id
        for product in session.scalars(select(Record).where(col(Record.kind) == "product"))
    }
    values = {
        "name": "Two NB-210 heads with commissioning",
        "deal": deal.id,
        "contact": contact.id if contact else None,
        "company": deal.company_id,
    }
    quote = create_record(session, workspace_id=viewer.workspace_id, kind="quote", values=values, viewer=viewer)
    lines = [NewLine(product_id=skus[sku], quantity=Decimal(count)) for sku, count in QUOTED.items() if sku in skus]
    if lines:
        set_lines(session, viewer=viewer, quote_id=quote.id, lines=lines)
        send_quote(session, viewer=viewer, quote_id=quote.id, vault=vault)


def put_in_ticket(session: Session, viewer: Viewer) -> None:
    """Of the customer who complained."""
    complaint = session.scalars(
        select(Message).where(col(Message.subject) == COMPLAINT).order_by(col(Message.sent_at))
    ).first()
    if complaint:
        values = {"name": "Turbidity drifts on line 2", "priority": "High", "owner": viewer.member_id}
        ticket_from_message(session, viewer=viewer, message_id=complaint.id, values=values)
