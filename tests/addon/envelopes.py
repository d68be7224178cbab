"""The bodies an endpoint may answer with, by entry point, as strict JSON schemas. Cards inside are checked apart.

Written from https://developers.google.com/workspace/add-ons/guides/alternate-runtimes; Google publishes none.
"""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
CARD: Schema = {"type": "object"}


def _object(required: list[str] | None = None, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
        "minProperties": 1,
    }


def _recipients(name: str) -> Schema:
    return _object(**{name: {"type": "array", "items": _object(email=TEXT)}})


PUSH = _object(pushCard=CARD)
NAVIGATION = {
    "oneOf": [
        PUSH,
        _object(updateCard=CARD),
        _object(pop={"const": True}),
        _object(popToRoot={"const": True}),
        _object(popToCard=TEXT),
    ]
}
LINK = _object(["url"], url=TEXT, openAs={"enum": ["FULL_SIZE", "OVERLAY"]}, onClose={"enum": ["NOTHING", "RELOAD"]})
UPDATE_DRAFT = _object(
    [],
    updateSubject=_object(subject={"type": "string"}),
    updateToRecipients=_recipients("toRecipients"),
    updateCcRecipients=_recipients("ccRecipients"),
    updateBccRecipients=_recipients("bccRecipients"),
    updateBody=_object(
        type={"enum": ["IN_PLACE_INSERT", "INSERT_AT_START", "INSERT_AT_END", "REPLACE"]},
        insertContents={
            "type": "array",
            "minItems": 1,
            "items": _object(
                content={"type": "string"}, contentType={"enum": ["TEXT", "MUTABLE_HTML", "IMMUTABLE_HTML"]}
            ),
        },
    ),
)
GMAIL_ACTION = {
    "oneOf": [
        _object(updateDraftActionMarkup=UPDATE_DRAFT),
        _object(openCreatedDraftActionMarkup=_object(draftId=TEXT, draftThreadId=TEXT)),
        _object(addonComposeUiActionMarkup=_object(type={"const": "DISMISS"})),
    ]
}
ACTION = _object(
    [],
    navigations={"type": "array", "minItems": 1, "items": NAVIGATION},
    notification=_object(text={"type": "string", "pattern": r"^[^\n\r]+$"}),
    link=LINK,
)
ONE_PUSH = _object(navigations={"type": "array", "minItems": 1, "maxItems": 1, "items": PUSH})

PROMPTS = [
    _object(
        requesting_google_scopes={
            "oneOf": [
                _object(scopes={"type": "array", "minItems": 1, "items": TEXT}),
                _object(all_scopes={"const": True}),
            ]
        }
    ),
    _object(custom_authorization_prompt=_object(action=ONE_PUSH)),
]

ENVELOPES: dict[str, Schema] = {
    "trigger": {"oneOf": [_object(action=ONE_PUSH), *PROMPTS]},
    "action": {
        "oneOf": [
            _object(
                ["renderActions"],
                renderActions=_object([], action=ACTION, hostAppAction=_object(gmailAction=GMAIL_ACTION)),
                stateChanged={"type": "boolean"},
            ),
            *PROMPTS,
        ]
    },
    "autocomplete": _object(
        autoComplete=_object(items={"type": "array", "maxItems": 100, "items": _object(text=TEXT)})
    ),
}
