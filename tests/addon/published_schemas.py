"""Draft-07 schemas of events, cards and responses that a third party made from Google's guide, where present.

They lie beside the repository, in DATA; without them these checks pass over. Where the guide errs, by
its own reference pages and by the schemas that Google ships, the schema is put right here.
"""

import json
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

DATA = Path(__file__).parents[3] / "shared/data/workspace_addon"


def published_problems(value: Any, file: str) -> list[str]:
    validator = _validator(file)
    return (
        [] if validator is None else [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    )


@cache
def _validator(file: str) -> Draft7Validator | None:
    schemas = _schemas()
    if not schemas:
        return None
    return Draft7Validator({"$ref": f"#/definitions/{file}", "definitions": schemas})


@cache
def _schemas() -> dict[str, Any]:
    """By file name without its ending; references between the files made local."""
    archive = DATA / "addon_json_schemas.tar.gz"
    if not archive.exists():
        return {}
    with tarfile.open(archive) as files:
        members = [member for member in files if member.name.endswith(".schema.json")]
        texts = {Path(member.name).name.removesuffix(".schema.json"): files.extractfile(member) for member in members}
        schemas = {name: json.load(text) for name, text in texts.items() if text}
    schemas = {name: _localised(schema, name) for name, schema in schemas.items()}
    _put_right(schemas)
    return schemas


def _localised(node: Any, file: str) -> Any:
    if isinstance(node, list):
        return [_localised(part, file) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _localised(part, file) for key, part in node.items() if key != "$id"}
    if isinstance(made.get("$ref"), str):
        target, _, pointer = made["$ref"].partition("#")
        made["$ref"] = f"#/definitions/{target.removesuffix('.schema.json') or file}{pointer}"
    return made


def _put_right(schemas: dict[str, Any]) -> None:
    card, event = schemas["Card"]["definitions"], schemas["CommonEvent"]["definitions"]
    card["card"]["properties"]["cardActions"] = {
        "type": "array",
        "items": {"$ref": "#/definitions/Card/definitions/cardAction"},
    }
    card["button"]["required"] = ["onClick"]
    card["selectionInput"]["properties"]["type"]["enum"].append("MULTI_SELECT")
    card["dateTimePicker"]["properties"]["valueMsEpoch"] = {"type": "string", "pattern": r"^-?\d+$"}
    event["commonEventObject"]["properties"]["platform"]["enum"].append("ANDROID")
    for name in ("dateInput", "dateTimeInput"):
        event[name]["properties"]["msSinceEpoch"] = {"type": ["string", "integer"]}
    gmail = schemas["GmailClientActionMarkupResponse"]["definitions"]
    gmail["updateBody"]["properties"]["type"]["enum"] += ["INSERT_AT_START", "INSERT_AT_END", "REPLACE"]
