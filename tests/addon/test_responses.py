"""What goes on the wire, key by key, as Google documents it."""

import pytest

from gmail_addon.errors import CardError
from gmail_addon.responses import (
    Response,
    authorization_prompt,
    autocomplete,
    draft_body,
    pop,
    pop_to_root,
    push,
    render_action,
    render_trigger,
    request_scopes,
    update,
    update_draft,
)
from tests.addon.card_checks import assert_valid_response
from tests.addon.sample_cards import SITE, form_card, reading_card

CARD = reading_card("Bob")
METADATA = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"


def test_a_trigger_is_answered_bare_and_a_click_wrapped() -> None:
    assert render_trigger(CARD) == {"action": {"navigations": [{"pushCard": CARD}]}}
    assert render_action(update(CARD), notify="Stage set to Won", state_changed=True) == {
        "renderActions": {
            "action": {"navigations": [{"updateCard": CARD}], "notification": {"text": "Stage set to Won"}}
        },
        "stateChanged": True,
    }


CLICKS = [
    render_action(push(CARD)),
    render_action(pop(), update(form_card("Bob")), state_changed=True),
    render_action(pop_to_root(), push(CARD)),
    render_action(notify="R&D <saved>\nnow"),
    render_action(draft=update_draft(subject="Re: quote", to=["a@b.example"], cc=[], bcc=["c@d.example"])),
    render_action(draft=update_draft(body=draft_body("<p>Hi</p>", html=True, at="REPLACE")), notify="Inserted"),
    request_scopes(METADATA),
    request_scopes(),
    authorization_prompt(CARD),
]


@pytest.mark.parametrize("body", CLICKS)
def test_every_answer_to_a_click_is_valid(body: Response) -> None:
    assert_valid_response(body, "action", SITE.base_url)


@pytest.mark.parametrize("body", [request_scopes(METADATA), request_scopes(), authorization_prompt(CARD)])
def test_prompts_answer_triggers_too(body: Response) -> None:
    assert_valid_response(body, "trigger", SITE.base_url)


def test_a_notification_is_one_plain_line() -> None:
    made = render_action(notify="R&D <saved>\nnow")
    assert made["renderActions"]["action"]["notification"]["text"] == "R&D <saved> now"


def test_prompts_are_in_snake_case() -> None:
    assert request_scopes(METADATA) == {"requesting_google_scopes": {"scopes": [METADATA]}}
    assert request_scopes() == {"requesting_google_scopes": {"all_scopes": True}}


def test_recipients_are_named_as_in_the_reference() -> None:
    """The guide's own schema says CcRecipients."""
    made = update_draft(cc=["a@b.example"])["updateDraftActionMarkup"]
    assert made == {"updateCcRecipients": {"ccRecipients": [{"email": "a@b.example"}]}}


def test_suggestions_are_text_and_at_most_a_hundred() -> None:
    body = autocomplete("Acme Ltd (acme.com)", *map(str, range(200)))
    assert_valid_response(body, "autocomplete", SITE.base_url)
    assert body["autoComplete"]["items"][0] == {"text": "Acme Ltd (acme.com)"}


@pytest.mark.parametrize("build", [render_action, update_draft])
def test_an_answer_that_does_nothing_cannot_be_built(build: object) -> None:
    with pytest.raises(CardError):
        build()  # type: ignore[operator]
