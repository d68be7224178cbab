"""A folder with a field of every family, two companies to lead to, and random records in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from sqlmodel import Session

from app.core.bulk import insert_rows
from app.core.ids import new_id
from app.records.bulk import _BLANK
from app.records.deals import stages_of
from app.records.schema import Schema, schema_of
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Record, RecordLink
from tests.cast import Cast

NOW = datetime(2026, 5, 14, 9, 30, tzinfo=UTC)
RANKS = ["Low", "Normal", "High", "Urgent"]
TAGS = ["VIP", "Partner", "Später", "東京"]
WORDS = [
    "acme",
    "ACME",
    "Acme Corp",
    "Ärger",
    "ÄRGER",
    "ärger",
    "Σίσυφος",
    "ΣΊΣΥΦΟΣ",
    "σίσυφοσ",
    "ß",
    "ẞ",
    "SS",
    "Kelvin",
]
WORDS += [
    "ſ",
    "İi",
    "ıI",
    "Иван",
    "ИВАН",
    "東京",
    "عربي",
    "[a.b]*",
    "a\\b",
    "x\ny",
    "x",
    "50%_",
    "ǅ",
    "ά",
    "$",
    "^",
    "-",
    "`",
]
FIELDS: tuple[tuple[str, str, str | None, dict[str, Any]], ...] = (
    # key, type, column, options
    ("name", "text", "name", {}),
    ("note", "long_text", None, {}),
    ("email", "email", None, {}),
    ("files", "file", None, {}),
    ("number", "number", None, {"decimals": 2}),
    ("amount", "currency", "amount", {}),
    ("score", "number", "score", {"decimals": 2}),
    ("day", "date", None, {}),
    ("close_on", "date", "close_on", {}),
    ("moment", "datetime", None, {}),
    ("last_activity_at", "datetime", "last_activity_at", {}),
    ("flag", "checkbox", None, {}),
    ("rank", "dropdown", None, {"choices": [{"value": rank, "label": rank} for rank in RANKS], "ranked": True}),
    ("tags", "tags", None, {}),
    ("owner", "user", "owner_id", {}),
    ("watchers", "users", None, {}),
    ("company", "record", "company_id", {"kind": "company"}),
    ("partner", "record", None, {"kind": "company"}),
    ("suppliers", "records", None, {"kind": "company", "label": "supplier"}),
    ("address", "address", None, {}),
    ("stage", "stage", "stage_id", {}),
)


@dataclass(frozen=True)
class World:
    """Alice's folder of things. `companies` are ids by industry; one of them is another workspace's."""

    alice: Viewer
    schema: Schema
    members: list[str]
    stages: list[str]
    companies: dict[str, str]


Thing = dict[str, Any]
"""Stored values by field key; `id` is the record's."""


def build_world(session: Session, cast: Cast) -> World:
    folder = Folder(
        id=new_id(), workspace_id=cast.workspace_id, kind="custom", name="Things", singular="Thing", position=9
    )
    session.add(folder)
    session.flush()
    for position, (key, type, column, options) in enumerate(FIELDS):
        place = {"workspace_id": cast.workspace_id, "folder_id": folder.id, "position": position}
        session.add(FieldDef(id=new_id(), key=key, name=key, type=type, column=column, options=options, **place))
    session.flush()
    members = [cast.alice.member_id, cast.bob.member_id, cast.carol.member_id]
    stages = [stage.id for stage in stages_of(session, viewer=cast.alice)]
    companies = {industry: _company(session, cast.alice, industry) for industry in ("Software", "Retail", "")}
    return World(cast.alice, schema_of(session, folder=folder, viewer=cast.alice), members, stages, companies)


def _company(session: Session, viewer: Viewer, industry: str) -> str:
    from app.records.service import create_record

    values = {"name": industry or "None"} | ({"industry": industry} if industry else {})
    return create_record(session, workspace_id=viewer.workspace_id, kind="company", values=values, viewer=viewer).id


def words() -> st.SearchStrategy[str]:
    free = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6)
    return st.sampled_from(WORDS) | free.filter(lambda text: bool(text.strip())).map(str.strip)


def days() -> st.SearchStrategy[date]:
    return st.sampled_from([date(2026, 5, day) for day in (12, 13, 14, 15)]) | st.dates(
        date(1900, 1, 1), date(2200, 1, 1)
    )


def moments() -> st.SearchStrategy[datetime]:
    near = st.sampled_from([datetime(2026, 5, 14, hour, tzinfo=UTC) for hour in (0, 9, 23)])
    far = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))
    return near | far


def numbers() -> st.SearchStrategy[float]:
    return st.sampled_from([-1, 0, 0.1, 1, 2.5, 100]) | st.integers(-(10**6), 10**6).map(lambda cents: cents / 100)


def things(world: World) -> st.SearchStrategy[Thing]:
    companies = st.sampled_from(list(world.companies.values()))
    members = st.sampled_from(world.members)
    parts = st.sampled_from(["street", "city", "country"])
    values: dict[str, st.SearchStrategy[Any]] = {
        "name": words(),
        "note": words(),
        "email": st.lists(words(), max_size=2),
        "files": st.lists(st.fixed_dictionaries({"name": words(), "url": words()}), max_size=2),
        "number": numbers(),
        "amount": st.integers(-1000, 1000) | st.integers(-(10**15), 10**15),
        "score": st.integers(-3, 3),
        "day": days(),
        "close_on": days(),
        "moment": moments(),
        "last_activity_at": moments(),
        "flag": st.booleans(),
        "rank": st.sampled_from([*RANKS, "Gone"]),
        "tags": st.lists(st.sampled_from(TAGS), max_size=3, unique=True),
        "owner": members,
        "watchers": st.lists(members, max_size=2, unique=True),
        "company": companies,
        "partner": companies,
        "suppliers": st.lists(companies, max_size=2, unique=True),
        "address": st.dictionaries(parts, words(), max_size=2),
        "stage": st.sampled_from(world.stages),
    }
    always = {"id": st.builds(new_id), "name": values.pop("name")}
    return st.fixed_dictionaries(always, optional={key: value | st.none() for key, value in values.items()})


def store(session: Session, world: World, made: list[Thing]) -> None:
    columns = {key: column for key, _, column, _ in FIELDS}
    rows, links = [], []
    for thing in made:
        row = {**_BLANK, "workspace_id": world.alice.workspace_id, "folder_id": world.schema.folder.id}
        row |= {"id": thing["id"], "kind": "custom", "created_at": NOW, "updated_at": NOW, "data": {}}
        for key, value in thing.items():
            if key == "suppliers":
                links += [(thing["id"], other) for other in value or ()]
            elif key != "id" and columns[key]:
                row[columns[key]] = value
            elif key != "id":
                row["data"][key] = value.isoformat() if isinstance(value, date) else value
        rows.append(row)
    insert_rows(session, Record, rows)
    for start, end in links:
        session.add(
            RecordLink(
                from_id=start, to_id=end, label="supplier", workspace_id=world.alice.workspace_id, created_at=NOW
            )
        )
    session.flush()
