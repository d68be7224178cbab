"""The validator of every card and response in the tests."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from jsonschema import Draft202012Validator

from tests.addon.card_rules import rule_problems
from tests.addon.card_schema import schema_problems
from tests.addon.envelopes import ENVELOPES
from tests.addon.published_schemas import published_problems

MAX_BYTES = 64 * 1024

PUBLISHED = {
    "trigger": "RenderActionResponse",
    "action": "SubmitFormResponse",
    "autocomplete": "GetAutocompletionResponse",
}
PROMPTS = {"requesting_google_scopes", "custom_authorization_prompt"}


def assert_valid_card(card: dict[str, Any], base_url: str) -> None:
    """Fails with all that Gmail would refuse, cut or misread. `base_url` is where functions must live."""
    problems = list(schema_problems(card, "GoogleAppsCardV1Card"))
    if not problems:
        problems += rule_problems(card, base_url)
        problems += published_problems(card, "Card")
    assert not problems, "\n".join(problems)
    assert len(json.dumps(card, ensure_ascii=False).encode()) <= MAX_BYTES


def assert_valid_response(
    body: dict[str, Any], entry: Literal["trigger", "action", "autocomplete"], base_url: str
) -> None:
    """Fails unless the body is of the form its entry point takes, with valid cards."""
    problems = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(ENVELOPES[entry]).iter_errors(body)
    ]
    if not PROMPTS & body.keys():
        problems += published_problems(body, PUBLISHED[entry])
    assert not problems, "\n".join(problems)
    for card in _cards(body):
        assert_valid_card(card, base_url)


def _cards(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _cards(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key in ("pushCard", "updateCard"):
                yield part
            else:
                yield from _cards(part)
