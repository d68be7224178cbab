"""The OpenAPI document is good enough to generate clients from, and the API keeps to it."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from app.core.context import Context
from app.core.google_certs import GoogleCerts
from app.core.security import Vault
from app.core.settings import Settings
from app.main import create_app
from tests.api.office import KEY, Office
from tests.conftest import Database

EXAMPLES = 8
"""Requests per operation."""


def document(database: Database) -> dict[str, Any]:
    values = {"database_url": database.url, "secret_keys": [KEY], "_env_file": None}
    made = Settings(**values)
    return create_app(
        Context(made, database.engine, Vault([KEY]), GoogleCerts("http://127.0.0.1:9/")), work=False
    ).openapi()


def operations(openapi: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in openapi["paths"].items()
        if path.startswith("/api/")
        for method, operation in methods.items()
    ]


def is_file(answer: dict[str, Any]) -> bool:
    return any(not kind.endswith("json") for kind in answer.get("content", {}))


def has_example(openapi: dict[str, Any], schema: Any, depth: int = 0) -> bool:
    """Whether a schema, or something within it, carries an example."""
    if isinstance(schema, list):
        return any(has_example(openapi, item, depth + 1) for item in schema)
    if not isinstance(schema, dict) or depth > 12:
        return False
    if "example" in schema or "examples" in schema:
        return True
    if "$ref" in schema:
        return has_example(openapi, openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]], depth + 1)
    return any(has_example(openapi, value, depth + 1) for value in schema.values())


def test_every_operation_is_named_explained_and_shown(database: Database):
    openapi = document(database)
    found = operations(openapi)
    assert len(found) > 100
    names = [operation["operationId"] for _, operation in found]
    assert len(set(names)) == len(names)
    for name, operation in found:
        assert operation["operationId"].replace("_", "").isalnum(), name
        assert "api_v1" not in operation["operationId"], name
        assert operation.get("description") or operation.get("summary"), name
        assert operation.get("security"), name
        assert {"401", "422"} <= operation["responses"].keys(), name
        if "requestBody" in operation:
            assert has_example(openapi, operation["requestBody"]), f"{name}: the body has no example"
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert all(
            is_file(answer) or has_example(openapi, answer.get("content", {"example": ""})) for answer in answers
        )


@pytest.mark.parametrize("role", ["alice", "bob"])
def test_whatever_is_sent_the_api_answers_as_its_document_says(office: Office, role: str):
    schema = schemathesis.openapi.from_url(f"{office.url}/api/openapi.json")
    client = getattr(office, role)
    headers = {"Authorization": client.headers["Authorization"]}
    checks = (not_a_server_error, response_schema_conformance, status_code_conformance)
    broken = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith("/api/"):
            continue

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        def holds(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=checks)

        try:
            holds()
        except FailureGroup as failures:
            broken += [f"{operation.method} {operation.path}: {failure}" for failure in failures.exceptions]
    assert broken == []
