"""The operations of the API as its OpenAPI document has them, and requests made from their examples."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI

Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """`ids` are the names of the parameters in the path, in order; `required` those of the query with an example."""

    name: str
    method: str
    path: str
    ids: tuple[str, ...]
    query: Mapping[str, str]
    required: Mapping[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def ask(
        self, client: httpx.Client, ids: Mapping[str, str], query: Mapping[str, str] | None = None
    ) -> httpx.Response:
        path = self.path
        for name in self.ids:
            path = path.replace(f"{{{name}}}", quote(ids[name], safe=""))
        return client.request(self.method, path, params={**self.required, **(query or {})}, json=self.body)


def operations(app: FastAPI) -> list[Operation]:
    """Every operation under `/api/`."""
    document = app.openapi()
    found = []
    for path, methods in document["paths"].items():
        if path.startswith("/api/"):
            found += [_operation(document, path, method, told) for method, told in methods.items()]
    return found


def _operation(document: Json, path: str, method: str, told: Json) -> Operation:
    query = [one for one in told.get("parameters", []) if one["in"] == "query"]
    shown = {one["name"]: str(given) for one in query if (given := _example_of(one)) is not None}
    required = {one["name"]: shown.get(one["name"], "x") for one in query if one.get("required")}
    content = told.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    body = example(document, schema) if schema else None
    ids = tuple(re.findall(r"{(\w+)}", path))
    return Operation(told["operationId"], method, path, ids, shown, required, body)


def _example_of(parameter: Json) -> Any:
    examples = parameter.get("examples") or parameter.get("schema", {}).get("examples")
    if isinstance(examples, dict):
        return next(iter(examples.values()))["value"]
    return examples[0] if examples else None


def example(document: Json, schema: Json) -> Any:
    """A valid value of a schema: its example, or one made of the examples of what it requires."""
    if "$ref" in schema:
        return example(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for known in ("examples", "enum"):
        if schema.get(known):
            return schema[known][0]
    if "const" in schema:
        return schema["const"]
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return example(document, several[0])
    if schema.get("type") == "object" or "properties" in schema:
        return dict(_members(document, schema))
    if schema.get("type") == "array":
        return [example(document, schema["items"])] if schema.get("items") else []
    return {"string": "x", "integer": 1, "number": 1, "boolean": True, "null": None}.get(schema.get("type", ""))


def _members(document: Json, schema: Json) -> Iterator[tuple[str, Any]]:
    """What is required; if nothing is, the first member, so that there is something to change."""
    members = schema.get("properties", {})
    for name in schema.get("required") or list(members)[:1]:
        yield name, example(document, members[name])
