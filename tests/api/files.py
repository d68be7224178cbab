"""Files sent to the API and taken in to the end, for tests."""

from collections.abc import Mapping
from typing import Any

import httpx

from app.core.jobs import JobContext
from app.core.settings import Settings
from app.transfer.importing import run_check, run_import, run_undo
from tests.api.office import Office, made

IMPORTS = "/api/v1/imports"


def sent(
    office: Office, client: httpx.Client, text: str | bytes, *, kind: str = "contact", name: str = "people.csv"
) -> Any:
    """The import of a file that was sent and waits."""
    params = {"folder_id": office.folder(kind), "name": name}
    return made(client.post(IMPORTS, params=params, content=text if isinstance(text, bytes) else text.encode()))


def planned(client: httpx.Client, import_id: str, fields: Mapping[str, str | None] = {}, **plan: Any) -> httpx.Response:
    """Change a plan: the fields of these columns, and whatever else."""
    now = client.get(f"{IMPORTS}/{import_id}").json()["plan"]
    columns = [
        {**column, "field": fields[column["heading"]], "create": None, "part": ""}
        if column["heading"] in fields
        else column
        for column in now["columns"]
    ]
    return client.patch(f"{IMPORTS}/{import_id}", json={"plan": {**now, "columns": columns, **plan}})


def checked(office: Office, client: httpx.Client, import_id: str) -> Any:
    answer = client.post(f"{IMPORTS}/{import_id}/check")
    assert answer.status_code == 202, answer.text
    run_check(job(office), import_id)
    return client.get(f"{IMPORTS}/{import_id}").json()


def taken(office: Office, client: httpx.Client, import_id: str) -> Any:
    answer = client.post(f"{IMPORTS}/{import_id}/run")
    assert answer.status_code == 202, answer.text
    run_import(job(office), import_id)
    return client.get(f"{IMPORTS}/{import_id}").json()


def undone(office: Office, client: httpx.Client, import_id: str, member_id: str) -> Any:
    answer = client.post(f"{IMPORTS}/{import_id}/undo")
    assert answer.status_code == 202, answer.text
    run_undo(job(office), import_id, member_id)
    return client.get(f"{IMPORTS}/{import_id}").json()


def rows(client: httpx.Client, import_id: str, **params: Any) -> list[Any]:
    return client.get(f"{IMPORTS}/{import_id}/rows", params={"limit": 200, **params}).json()["items"]


def actions(client: httpx.Client, import_id: str) -> list[str]:
    return [row["action"] for row in rows(client, import_id)]


def records(office: Office, client: httpx.Client, kind: str = "contact") -> dict[str, Any]:
    """The values of the records of a folder that the caller sees, by name."""
    answer = client.get(f"/api/v1/folders/{office.folder(kind)}/records", params={"limit": 200})
    return {record["name"]: record["values"] for record in answer.json()["items"]}


def job(office: Office) -> JobContext:
    return JobContext(Settings(_env_file=None), office.engine)
