"""A folder as a file: whose records, which columns, and nothing that the viewer may not take away."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.ids import new_id
from app.records.deals import create_deal
from app.records.schema import folder_of_kind
from app.records.segments import create_segment, freeze
from app.records.service import create_record, update_record
from app.records.views import create_view
from app.transfer.cells import original
from app.transfer.exporting import Selection, note_export, of_folder, of_segment, of_view, write_export
from app.workspaces.access import Viewer
from models import Event, Folder, Record
from tests.cast import Cast, gather, granted
from tests.conftest import Database

HOSTILE = '=HYPERLINK("http://evil.example","Dana")'


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with transaction(database.engine) as opened:
        yield opened


def folder(session: Session, viewer: Viewer, kind: str) -> Folder:
    return folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind)


def create(session: Session, viewer: Viewer, kind: str, **values: object) -> Record:
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)


def table(session: Session, viewer: Viewer, selection: Selection) -> list[dict[str, str]]:
    """The rows of a CSV export, by heading."""
    file = io.BytesIO()
    session.flush()
    exported = write_export(session, file, viewer=viewer, selection=selection)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert exported.records == len(rows)
    return rows


def contacts(session: Session, viewer: Viewer, **narrow: Any) -> list[dict[str, str]]:
    whole = of_folder(session, viewer=viewer, folder_id=folder(session, viewer, "contact").id)
    return table(session, viewer, whole.narrowed(**narrow))


def test_every_field_of_every_record_with_names_and_ids(cast: Cast, session: Session):
    quarry = create(session, cast.bob, "company", name="Quarry, Ltd", address={"city": "Kyiv", "country": "UA"})
    dana = create(
        session,
        cast.bob,
        "contact",
        name=HOSTILE,
        email=["dana@quarry.example", "d@quarry.example"],
        phone="+49 30 123456",
        company=quarry.id,
        tags=["a, b", "c"],
        do_not_call=False,
    )
    row = contacts(session, cast.alice)[0]
    assert list(row)[:3] == ["Record ID", "Name", "Email"]
    assert row["Record ID"] == dana.id
    assert row["Name"] == f"'{HOSTILE}"
    assert original(row["Name"]) == HOSTILE
    assert row["Email"] == "dana@quarry.example, d@quarry.example"
    assert row["Phone"] == "+4930123456"
    assert (row["Company"], row["Company ID"]) == ("Quarry, Ltd", quarry.id)
    assert (row["Owner"], row["Owner ID"]) == ("Bob Berg", cast.bob.member_id)
    assert (row["Tags"], row["Do not call"], row["Do not email"]) == ('["a, b","c"]', "no", "")
    companies = of_folder(session, viewer=cast.alice, folder_id=quarry.folder_id)
    there = table(session, cast.alice, companies)[0]
    assert (there["Address city"], there["Address country"], there["Address street"]) == ("Kyiv", "UA", "")


def test_money_has_its_currency(cast: Cast, session: Session):
    deal = create_deal(session, viewer=cast.alice, values={"name": "Crusher", "amount": -123456})
    free = create_deal(session, viewer=cast.alice, values={"name": "Free"})
    rows = table(session, cast.alice, of_folder(session, viewer=cast.alice, folder_id=deal.folder_id))
    found = {row["Record ID"]: (row["Amount"], row["Amount currency"]) for row in rows}
    assert found == {deal.id: ("-1234.56", "EUR"), free.id: ("", "")}


def test_a_view_has_its_columns_order_and_filter(cast: Cast, session: Session):
    quarry = create(session, cast.alice, "company", name="Quarry Ltd", industry="Energy", annual_revenue="1000.50")
    for name, title in (("Ann", "CTO"), ("Bea", "CTO"), ("Cem", "CEO")):
        create(session, cast.alice, "contact", name=name, title=title, company=quarry.id)
    view = create_view(
        session,
        viewer=cast.alice,
        folder_id=folder(session, cast.alice, "contact").id,
        values={
            "name": "Tech",
            "columns": ["name", "company.industry", "company.annual_revenue"],
            "sort": ["-name"],
            "filter": {"field": "title", "op": "is", "value": "CTO"},
        },
    )
    rows = table(session, cast.alice, of_view(session, viewer=cast.alice, view_id=view.id))
    assert [list(row.values())[1:] for row in rows] == [["Bea", "Energy", "1000.50"], ["Ann", "Energy", "1000.50"]]
    assert list(rows[0]) == ["Record ID", "Name", "Company > Industry", "Company > Annual revenue"]
    with pytest.raises(NotFound):
        of_view(session, viewer=cast.bob, view_id=view.id)


def test_segments_live_and_frozen(cast: Cast, session: Session):
    ann = create(session, cast.alice, "contact", name="Ann", title="CTO")
    tech = {"field": "title", "op": "is", "value": "CTO"}
    segment = create_segment(session, viewer=cast.alice, folder_id=ann.folder_id, name="Tech", filter=tech)
    names = [
        row["Name"] for row in table(session, cast.alice, of_segment(session, viewer=cast.alice, segment_id=segment.id))
    ]
    assert names == ["Ann"]
    freeze(session, viewer=cast.alice, segment_id=segment.id)
    update_record(session, viewer=cast.alice, record_id=ann.id, values={"title": "CEO"})
    create(session, cast.alice, "contact", name="Bea", title="CTO")
    rows = table(session, cast.alice, of_segment(session, viewer=cast.alice, segment_id=segment.id))
    assert [row["Name"] for row in rows] == ["Ann"]


def test_nobody_takes_away_what_they_may_only_read(cast: Cast, session: Session):
    mine = create(session, cast.bob, "contact", name="Bobs")
    create(session, cast.carol, "contact", name="Carols")
    with pytest.raises(Forbidden, match="Your role may not export Contacts"):
        contacts(session, cast.bob)
    reader = granted(cast.bob, read="all", export="own")
    assert [row["Name"] for row in contacts(session, reader)] == ["Bobs"]
    blind = replace(reader, access=replace(reader.access, hidden={mine.folder_id: {"email": "email"}}))
    assert "Email" not in contacts(session, blind)[0]
    with pytest.raises(InvalidInput):
        contacts(session, blind, keys=["email"])
    with pytest.raises(InvalidInput):
        contacts(session, blind, filter={"field": "email", "op": "is", "value": "x@y.example"})
    with pytest.raises(NotFound):
        of_folder(session, viewer=cast.mallory, folder_id=mine.folder_id)
    assert contacts(session, cast.mallory) == []


def test_related_records_out_of_sight_are_not_named(cast: Cast, session: Session):
    hidden = create(session, cast.carol, "company", name="Secret Ltd")
    create(session, cast.alice, "contact", name="Ann", company=hidden.id, owner=cast.bob.member_id)
    bob = granted(cast.bob, read="own", export="own", territories=[])
    row = contacts(session, bob)[0]
    assert (row["Name"], row["Company"], row["Company ID"]) == ("Ann", "", "")


def test_a_workbook_has_numbers_days_and_texts(cast: Cast, session: Session):
    deal = create_deal(session, viewer=cast.alice, values={"name": HOSTILE, "amount": 123450, "close_on": "2026-02-03"})
    file = io.BytesIO()
    whole = of_folder(session, viewer=cast.alice, folder_id=deal.folder_id)
    write_export(session, file, viewer=cast.alice, selection=whole, format="xlsx")
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    heads, cells = (list(row) for row in sheet.iter_rows())
    row = {head.value: cell for head, cell in zip(heads, cells, strict=True)}
    assert (row["Amount"].value, row["Amount"].data_type) == (1234.5, "n")
    assert row["Closes on"].value.date().isoformat() == "2026-02-03"
    assert (row["Name"].value, row["Name"].data_type) == (f"'{HOSTILE}", "s")


def test_the_event_tells_who_and_how_many(cast: Cast, session: Session):
    create(session, cast.alice, "contact", name="Ann")
    whole = of_folder(session, viewer=cast.alice, folder_id=folder(session, cast.alice, "contact").id)
    exported = write_export(session, io.BytesIO(), viewer=cast.alice, selection=whole)
    note_export(session, viewer=cast.alice, exported=exported)
    event = session.scalars(select(Event).where(col(Event.type) == "records.exported")).one()
    assert (event.actor_id, event.subject_id) == (cast.alice.member_id, exported.folder_id)
    assert (event.data["records"], event.data["format"]) == (1, "csv")


def test_the_rows_of_a_large_folder_are_never_all_in_memory(cast: Cast, session: Session):
    leads = folder(session, cast.alice, "lead")
    insert_rows(session, Record, [plain_row(leads, number) for number in range(20_000)])
    peaks = [peak_of(session, cast, most) for most in (2_000, 20_000)]
    assert peaks[1] < peaks[0] + 2_000_000


def peak_of(session: Session, cast: Cast, most: int) -> int:
    """Bytes at most while so many records go out."""
    few = {"field": "score", "op": "at_most", "value": most - 1}
    whole = of_folder(session, viewer=cast.alice, folder_id=folder(session, cast.alice, "lead").id)
    tracemalloc.start()
    try:
        exported = write_export(session, Counting(), viewer=cast.alice, selection=whole.narrowed(filter=few))
        assert exported.records == most
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Counting(io.RawIOBase):
    """A file that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def plain_row(leads: Folder, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "workspace_id": leads.workspace_id,
        "folder_id": leads.id,
        "kind": "lead",
        "name": f"Lead {number}",
        "score": number,
        "data": {"email": [f"lead{number}@quarry.example"]},
        "created_at": utcnow(),
        "updated_at": utcnow(),
    }
