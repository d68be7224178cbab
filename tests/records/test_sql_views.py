"""The store spelt out in SQL: views that follow the fields."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

import app.registry  # noqa: F401
from app.core.database import confine, make_engine, transaction
from app.records.deals import create_deal
from app.records.fieldwork import NewField, archive_field, change_type, create_field
from app.records.schema import folder_of_kind
from app.records.service import create_in, create_record
from app.records.shelf import delete_record
from app.records.sql_views import VIEWS, drop, rebuild, upgrade
from app.workspaces.signin import sign_in
from models import FieldDef
from tests.cast import ALICE, Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    cast = gather(database.engine)
    upgrade(database.engine)
    return cast


def test_the_first_workspace_brings_the_views(database: Database):
    with transaction(database.engine) as session:
        sign_in(session, ALICE)
        assert all(read(session, view) == [] for view in VIEWS.values())


def read(session: Session, view: str) -> list[dict[str, Any]]:
    session.flush()
    return [dict(row) for row in session.execute(text(f"SELECT * FROM {view} ORDER BY id")).mappings()]


def columns(session: Session, view: str) -> set[str]:
    session.flush()
    return set(session.execute(text(f"SELECT * FROM {view} LIMIT 0")).keys())


def add(session: Session, cast: Cast, name: str, type: str, kind: str = "company", **options: Any) -> FieldDef:
    mallorys = kind.startswith("mallory ")
    viewer = cast.mallory if mallorys else cast.alice
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind.removeprefix("mallory "))
    return create_field(
        session, viewer=viewer, folder_id=folder.id, plan=NewField(name=name, type=type, options=options)
    )


def test_a_deal_reads_like_a_deal(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company = create_record(
            session, workspace_id=cast.workspace_id, kind="company", values={"name": "Acme"}, viewer=cast.alice
        )
        values = {
            "name": "Crusher",
            "company": company.id,
            "amount": "12.50",
            "close_on": "2026-02-28",
            "tags": ["a", "b"],
        }
        create_deal(session, viewer=cast.alice, values=values)
        (deal,) = read(session, "deals")
        assert (deal["folder"], deal["name"], deal["amount"], deal["tags"]) == ("Deals", "Crusher", 1250, "a, b")
        assert (deal["owner_name"], deal["company_name"], deal["stage_name"]) == (
            "Alice Fairfield",
            "Acme",
            "Prospecting",
        )
        assert (deal["owner"], deal["company"]) == (cast.alice.member_id, company.id)
        assert str(deal["close_on"]) == "2026-02-28"
        assert set(VIEWS.values()) <= set(inspect(session.connection()).get_view_names())


def test_a_field_of_the_name_of_a_name_wins(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        values = {"name": "Jo", "company_name": "Acme Ltd", "email": "a@b.example c@d.example"}
        create_record(session, workspace_id=cast.workspace_id, kind="lead", values=values, viewer=cast.alice)
        (lead,) = read(session, "leads")
        assert (lead["company_name"], lead["email"]) == ("Acme Ltd", "a@b.example, c@d.example")


def test_columns_follow_the_fields(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        size = add(session, cast, "Size", "text")
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="company")
        create_in(session, folder=folder, values={"name": "Acme", "size": "12"}, viewer=cast.alice)
        assert [row["size"] for row in read(session, "companies")] == ["12"]
        change_type(session, viewer=cast.alice, field_id=size.id, type="number")
        assert [row["size"] for row in read(session, "companies")] == [12]
        archive_field(session, viewer=cast.alice, field_id=size.id)
        assert "size" not in columns(session, "companies")


def test_workspaces_share_a_view(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        add(session, cast, "Size", "number")
        add(session, cast, "Size", "text", "mallory company")
        add(session, cast, "Secret", "text", "mallory company")
        for viewer, values in ((cast.alice, {"size": 12}), (cast.mallory, {"size": "big", "secret": "x"})):
            folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="company")
            create_in(session, folder=folder, values={"name": "Acme", **values}, viewer=viewer)
        rows = {row["workspace_id"]: row for row in read(session, "companies")}
        mine, hers = rows[cast.workspace_id], rows[cast.mallory.workspace_id]
        assert (str(mine["size"]), mine["secret"]) == ("12", None)
        assert (hers["size"], hers["secret"]) == ("big", "x")


def test_binned_records_are_out_and_archived_ones_marked(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        made = create_record(
            session, workspace_id=cast.workspace_id, kind="company", values={"name": "Acme"}, viewer=cast.alice
        )
        assert read(session, "companies")[0]["archived_at"] is None
        delete_record(session, viewer=cast.alice, record_id=made.id)
        assert read(session, "companies") == []


def test_nothing_is_made_anew_that_is_as_it_should_be(database: Database, cast: Cast):
    def made(session: Session) -> list[Any]:
        if database.engine.dialect.name == "sqlite":
            return list(session.execute(text("PRAGMA schema_version")).scalars())
        return list(session.execute(text("SELECT oid FROM pg_class WHERE relkind = 'v' ORDER BY oid")).scalars())

    with transaction(database.engine) as session:
        before = made(session)
        rebuild(session)
        assert made(session) == before
        drop(session)
        rebuild(session)
        assert made(session) != before


def test_members_make_columns_but_read_no_views(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        confine(session, cast.workspace_id)
        add(session, cast, "Size", "text")
    with transaction(database.engine) as session:
        assert "size" in columns(session, "companies")
        confine(session, cast.workspace_id)
        if database.engine.dialect.name == "postgresql":
            with pytest.raises(DBAPIError, match="permission denied"):
                columns(session, "companies")


def test_an_upgrade_brings_the_views_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        before = columns(session, "deals")
        drop(session)
    upgrade(database.engine)
    with transaction(database.engine) as session:
        assert columns(session, "deals") == before


def test_an_empty_database_has_views_from_the_first_upgrade_on(tmp_path: Path):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    upgrade(engine)
    with transaction(engine) as session:
        assert columns(session, "deals") == {"id", "workspace_id", "folder", "created_at", "updated_at", "archived_at"}
    engine.dispose()
