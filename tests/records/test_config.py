"""Configuration as a document: what one workspace exports, another becomes."""

from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.errors import Forbidden, InvalidInput
from app.records.card_fields import arrange_card
from app.records.config import apply_config, export_config
from app.records.deals import stages_of
from app.records.fieldwork import NewField, archive_field, change_field, create_field
from app.records.folders import archive_folder, change_folder, create_folder, order_folders
from app.records.pipelines import create_pipeline
from app.records.schema import folder_of_kind, folders_seen, schema_of
from app.records.service import create_in
from app.records.stage_making import Step
from app.records.territories.service import create_territory
from app.records.views import create_view
from app.workspaces.grants import bar_field, grant_folder
from app.workspaces.roles import create_role, delete_role, roles
from models import Event, Folder
from tests.cast import Cast, gather
from tests.conftest import Database

Document = dict[str, list[dict[str, Any]]]


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def kind(session: Session, cast: Cast, name: str) -> Folder:
    return folder_of_kind(session, workspace_id=cast.workspace_id, kind=name)


def furnish(session: Session, cast: Cast) -> None:
    """A workspace in which everything has been changed that can be."""
    alice = cast.alice
    deals, contacts = kind(session, cast, "deal"), kind(session, cast, "contact")
    change_folder(session, viewer=alice, folder_id=deals.id, changes={"name": "Opportunities", "singular": "Chance"})
    change_folder(session, viewer=alice, folder_id=contacts.id, changes={"duplicates": {"api": "block", "card": "off"}})
    archive_folder(session, viewer=alice, folder_id=kind(session, cast, "ticket").id)
    partners = create_folder(session, viewer=alice, name="Partner v2.0", singular="Partner")
    plans = [
        NewField(name="Fee", type="currency", options={"currency": "JPY"}, default="100"),
        NewField(name="People", type="records", options={"folder": contacts.id, "inverse_name": "Partners"}),
        NewField(name="Twice", type="formula", options={"formula": "{Fee} * 2"}),
        NewField(name="名前", type="text", unique="forbid", help="Wie er heißt"),
    ]
    for plan in plans:
        create_field(session, viewer=alice, folder_id=partners.id, plan=plan)
    reference = NewField(name="Partner", type="record", options={"folder": partners.id})
    create_field(session, viewer=alice, folder_id=deals.id, plan=reference)
    counted = {"of": "deal.partner", "do": "count", "filter": stage_filter(session, cast)}
    create_field(
        session, viewer=alice, folder_id=partners.id, plan=NewField(name="Won", type="rollup", options=counted)
    )
    linkedin = schema_of(session, folder=contacts).field("linkedin")
    archive_field(session, viewer=alice, field_id=linkedin.id)
    source = schema_of(session, folder=contacts).field("source")
    change_field(session, viewer=alice, field_id=source.id, changes={"name": "Origin", "group": "Marketing"})
    order_folders(session, viewer=alice, folder_ids=[f.id for f in folders_seen(session, viewer=alice)][::-1])
    steps = [Step("Ask", 10, "#123456", 5, ["fee"]), Step("Agree", 60)]
    create_pipeline(session, viewer=alice, folder_id=partners.id, name="Joining", steps=steps)
    grant_people(session, cast, partners)
    rule = {"field": "industry", "op": "is", "value": "Software"}
    create_territory(session, viewer=alice, name="Software", rule=rule)
    values = {"name": "Open ones", "columns": ["name", "stage"], "filter": stage_filter(session, cast), "shared": True}
    create_view(session, viewer=alice, folder_id=deals.id, values=values)


def stage_filter(session: Session, cast: Cast) -> dict[str, Any]:
    return {"field": "stage", "op": "is", "value": stages_of(session, viewer=cast.alice)[-1].id}


def grant_people(session: Session, cast: Cast, partners: Folder) -> None:
    alice = cast.alice
    scout = create_role(session, viewer=alice, name="Scout", rights={"read": "team"}, powers=["reports"])
    grant_folder(session, viewer=alice, role_id=scout.id, folder_id=partners.id, rights={"edit": "own"})
    fee = schema_of(session, folder=partners).field("fee")
    bar_field(session, viewer=alice, role_id=scout.id, field_id=fee.id, access="hidden")
    for role_id, keys in ((None, ["name", "fee", "twice", "owner"]), (scout.id, ["name", "owner", "people", "won"])):
        arrange_card(session, viewer=alice, folder_id=partners.id, keys=keys, role_id=role_id)
    billing = next(role for role in roles(session, viewer=alice) if role.name == "Billing")
    delete_role(session, viewer=alice, role_id=billing.id)


def through_yaml(document: Document) -> Document:
    read: Document = yaml.safe_load(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
    return read


def test_another_workspace_becomes_the_same(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        furnish(session, cast)
        document = export_config(session, viewer=cast.alice)
        assert cast.workspace_id not in str(document)
        assert not [folder.id for folder in folders_seen(session, viewer=cast.alice) if folder.id in str(document)]
    with transaction(database.engine) as session:
        steps = apply_config(session, viewer=cast.mallory, document=through_yaml(document), prune=True)
        assert "remove roles Billing" in map(str, steps)
    with transaction(database.engine) as session:
        assert export_config(session, viewer=cast.mallory) == document
        assert export_config(session, viewer=cast.alice) == document
        assert apply_config(session, viewer=cast.mallory, document=document, prune=True) == []
        partners = next(f for f in folders_seen(session, viewer=cast.mallory) if f.name == "Partner v2.0")
        made = create_in(session, folder=partners, values={"name": "Acme", "fee": "7"}, viewer=cast.mallory)
        assert made.data["twice"] == 14


def test_what_is_not_mentioned_stays(database: Database, cast: Cast):
    field = {"folder": "Contacts", "key": "shoe_size", "name": "Shoe size", "type": "number"}
    with transaction(database.engine) as session:
        before = export_config(session, viewer=cast.alice)
        (step,) = apply_config(session, viewer=cast.alice, document={"fields": [field]})
        assert str(step) == "create fields Contacts/shoe_size"
        after = export_config(session, viewer=cast.alice)
        assert [item for item in after["fields"] if item not in before["fields"]] == [
            {**field, "options": {"decimals": 2}}
        ]
        assert {**after, "fields": []} == {**before, "fields": []}
        changed = apply_config(session, viewer=cast.alice, document={"fields": [{**field, "type": "text"}]})
        assert str(changed[0]) == "change fields Contacts/shoe_size: type, options"


def test_the_order_of_a_document_does_not_matter(database: Database, cast: Cast):
    fields = [
        {"folder": "Contacts", "key": "twice", "name": "Twice", "type": "formula", "options": {"formula": "once * 2"}},
        {"folder": "Contacts", "key": "once", "name": "Once", "type": "number"},
    ]
    with transaction(database.engine) as session:
        steps = apply_config(session, viewer=cast.alice, document={"fields": fields})
        assert {step.title for step in steps} == {"Contacts/once", "Contacts/twice"}


def test_stages_come_and_go(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        document = export_config(session, viewer=cast.alice)
        (pipeline,) = document["pipelines"]
        kept = [stage for stage in pipeline["stages"] if stage["name"] not in ("Proposal", "Negotiation")]
        pipeline["stages"] = [{"name": "First look", "probability": 5}, *kept]
        pipeline["stages"][-1]["name"] = "Gone"
        (step,) = apply_config(session, viewer=cast.alice, document={"pipelines": [pipeline]})
        assert str(step) == "change pipelines Deals/Sales: stages"
        assert export_config(session, viewer=cast.alice)["pipelines"] == [pipeline]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ([], "A configuration has lists of folders"),
        ({"foldres": []}, "foldres: none of folders"),
        ({"folders": {"name": "x"}}, "A configuration has lists of folders"),
        ({"folders": ["x"]}, "folders: a list of mappings"),
        ({"folders": [{"name": "x"}]}, "folders: singular is missing"),
        ({"folders": [{"name": "x", "singular": "x", "colour": "red"}]}, "folders: colour is none of"),
        ({"folders": [{"name": "x", "singular": "x", "archived": "no"}]}, "folders: archived is a bool"),
        ({"roles": [{"name": "A"}, {"name": "A"}]}, "roles: A is there twice"),
        ({"roles": [{"name": "A", "rights": {"read": "some"}}]}, "roles A: rights: read is one of"),
        ({"roles": [{"name": "A", "folders": {"Nowhere": {}}}]}, "roles A: folder: there is none named Nowhere"),
        ({"fields": [{"folder": "Contacts", "key": "a", "name": "A", "type": "x"}]}, "fields Contacts/a: type: choose"),
        ({"pipelines": [{"folder": "Deals", "name": "A", "stages": []}]}, "exactly one has the outcome won"),
        ({"views": [{"folder": "Deals", "name": "A", "columns": ["nothing"]}]}, "views Deals/A: "),
    ],
)
def test_what_cannot_be_is_refused_by_name(database: Database, cast: Cast, document: Any, complaint: str):
    with transaction(database.engine) as session:
        before = export_config(session, viewer=cast.alice)
        with pytest.raises(InvalidInput) as refused:
            apply_config(session, viewer=cast.alice, document=document)
        assert complaint in refused.value.message
        assert export_config(session, viewer=cast.alice) == before


def test_only_admins_export_and_apply(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        for attempt in (
            lambda: export_config(session, viewer=cast.bob),
            lambda: apply_config(session, viewer=cast.bob, document={}),
        ):
            with pytest.raises(Forbidden):
                attempt()
        assert not session.scalars(select(Event).where(col(Event.type) == "folder.changed")).all()
