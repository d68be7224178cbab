"""Records to write on, and their timelines as REST gives them."""

from typing import Any

import httpx

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.service import create_record
from app.workspaces.access import Viewer
from tests.api.office import Office

V1 = "/api/v1"


def create(office: Office, viewer: Viewer, kind: str = "contact", **values: object) -> str:
    with transaction(office.engine) as session:
        named = {"name": "Dana Diaz", **values}
        return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=named, viewer=viewer).id


def deal_of(office: Office, viewer: Viewer, company: str, *contacts: str, name: str = "Crusher") -> str:
    with transaction(office.engine) as session:
        return create_deal(session, viewer=viewer, values={"name": name, "company": company}, contact_ids=contacts).id


def timeline(client: httpx.Client, record_id: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{V1}/records/{record_id}/timeline", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
