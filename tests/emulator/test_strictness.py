"""What a request may not say, by Google's own discovery document, and how Google would answer."""

import pytest

from tests.emulator.conftest import ADDRESS, GMAIL, MODIFY
from tests.emulator.mail import compose

ME = "/gmail/v1/users/me"


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", f"{ME}/nothing"),
        ("GET", "/gmail/v2/users/me/profile"),
        ("DELETE", f"{ME}/profile"),
        ("GET", f"{ME}/messages/"),
        ("PATCH", f"{ME}/messages/1/modify"),
        ("GET", "/upload/gmail/v1/users/me/profile"),
        ("GET", "/elsewhere"),
    ],
)
def test_an_unknown_path_or_method_is_404(http, verb, path):
    assert http.request(verb, path).status_code == 404


@pytest.mark.parametrize(
    ("path", "parameters", "named"),
    [
        ("messages", {"limit": "5"}, "limit"),
        ("messages", {"maxResults": "many"}, "maxResults"),
        ("messages", {"maxResults": "-1"}, "maxResults"),
        ("messages", {"includeSpamTrash": "maybe"}, "includeSpamTrash"),
        ("messages", {"userId": "me"}, "userId"),
        ("messages", {"labelIds": "NOWHERE"}, "NOWHERE"),
        ("messages/1", {"format": "huge"}, "format"),
        ("history", {"startHistoryId": "abc"}, "startHistoryId"),
        ("history", {"startHistoryId": "1", "historyTypes": "messageBorn"}, "historyTypes"),
        ("history", {}, "startHistoryId"),
        ("profile", {"alt": "media"}, "alt"),
        ("profile", {"callback": "run"}, "callback"),
        ("profile", {"fields": "emailAddress,password"}, "password"),
        ("profile", {"fields": "emailAddress("}, "emailAddress("),
        ("messages/zebra", {}, "Invalid id value"),
    ],
)
def test_a_wrong_parameter_is_400_and_named(http, path, parameters, named):
    answer = http.get(f"{ME}/{path}", params=parameters)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, 400)
    assert named in error["message"]
    assert set(error) == {"code", "message", "errors", "status"}


def test_a_single_parameter_given_twice_is_refused(http):
    assert http.get(f"{ME}/messages?q=a&q=b").status_code == 400


def test_what_google_allows_everywhere_is_allowed(http):
    common = {"alt": "json", "prettyPrint": "false", "quotaUser": "u", "$.xgafv": "2", "key": "k"}
    assert http.get(f"{ME}/profile", params=common).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("messages/send", {"raw": "QQ==", "to": "bob"}, '"to"'),
        ("messages/send", {"raw": 5}, "raw"),
        ("messages/send", {"raw": "not base64 at all!"}, "raw"),
        ("messages/send", {}, "raw"),
        ("messages/batchModify", {"ids": "one"}, "ids"),
        ("messages/batchModify", {"ids": [1]}, "ids[0]"),
        ("messages/batchModify", {"ids": ["1"], "addLabelIds": ["NOWHERE"]}, "NOWHERE"),
        ("labels", {"name": "A", "labelListVisibility": "labelMaybe"}, "labelListVisibility"),
        ("labels", {"name": "A", "color": {"tone": "red"}}, "color"),
        ("labels", ["name"], "object"),
        ("drafts", {"message": {"raw": "QQ==", "sizeEstimate": "big"}}, "message.sizeEstimate"),
        ("stop", {"now": True}, "body"),
        ("watch", {"topicName": "my-topic"}, "topicName"),
        ("watch", {"topicName": "projects/p/topics/t", "labelIds": ["NOWHERE"]}, "NOWHERE"),
    ],
)
def test_a_wrong_body_is_400_and_named(http, path, body, named):
    answer = http.post(f"{ME}/{path}", json=body)
    assert answer.status_code == 400
    assert named in answer.json()["error"]["message"]


def test_a_body_that_is_not_json_is_a_parse_error(http):
    answer = http.post(f"{ME}/labels", content=b"{name:", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, "parseError")


def test_what_is_gone_or_never_was_is_404(emulator, http):
    message_id = emulator.deliver(ADDRESS, compose())
    emulator.delete(ADDRESS, message_id)
    for path in (f"messages/{message_id}", f"threads/{message_id}", "messages/1a2b", "labels/Label_9", "drafts/r1"):
        answer = http.get(f"{ME}/{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic abc", "Bearer"])
def test_without_a_living_token_it_is_401(http, header):
    del http.headers["Authorization"]
    answer = http.get(f"{ME}/profile", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_tokens_end_with_their_lifetime_or_on_command(emulator, http, clock):
    def status(token):
        return http.get(f"{ME}/profile", headers={"Authorization": f"Bearer {token}"}).status_code

    short, long = (emulator.tokens.issue(ADDRESS, [MODIFY], lifetime=seconds) for seconds in (10, 100))
    assert (status(short), status(long)) == (200, 200)
    clock.advance(10)
    assert (status(short), status(long)) == (401, 200)
    emulator.tokens.expire_all(ADDRESS)
    assert status(long) == 401


def test_another_persons_mailbox_is_out_of_reach(emulator, http):
    emulator.add_mailbox("bob@fairfield.example")
    assert http.get(f"/gmail/v1/users/{ADDRESS}/profile").status_code == 200
    answer = http.get("/gmail/v1/users/bob@fairfield.example/profile")
    assert (answer.status_code, "Delegation denied" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("scope", "verb", "path", "allowed"),
    [
        ("readonly", "GET", "messages", True),
        ("readonly", "POST", "messages/ID/trash", False),
        ("send", "GET", "messages", False),
        ("modify", "POST", "messages/ID/trash", True),
        ("modify", "DELETE", "messages/ID", False),
        ("labels", "GET", "labels", True),
        ("labels", "GET", "profile", False),
        ("metadata", "GET", "messages", True),
        ("metadata", "GET", "labels/INBOX", True),
        ("metadata", "GET", "messages?q=a", False),
        ("metadata", "GET", "messages/ID", False),
        ("metadata", "GET", "messages/ID?format=metadata", True),
        ("metadata", "GET", "threads/ID?format=full", False),
    ],
)
def test_scopes_decide(emulator, http, scope, verb, path, allowed):
    message_id = emulator.deliver(ADDRESS, compose())
    token = emulator.tokens.issue(ADDRESS, [GMAIL + scope])
    answer = http.request(verb, f"{ME}/{path.replace('ID', message_id)}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == (200 if allowed else 403)


def test_add_on_scopes_reach_the_open_thread_only(emulator, http):
    message_id = emulator.deliver(ADDRESS, compose("Open", message_id="<1@x.example>"))
    reply_id = emulator.deliver(ADDRESS, compose("Re: Open", reply_to="<1@x.example>"))
    other_id = emulator.deliver(ADDRESS, compose("Other"))
    token = emulator.tokens.issue(ADDRESS, [f"{GMAIL}addons.current.message.readonly"])
    opened = emulator.open_message(ADDRESS, message_id)

    def status(target, message_token):
        headers = {"Authorization": f"Bearer {token}", "X-Goog-Gmail-Access-Token": message_token}
        return http.get(f"{ME}/messages/{target}", headers=headers).status_code

    assert status(message_id, opened) == 200
    assert status(f"msg-f:{int(message_id, 16)}", opened) == 200
    assert status(reply_id, opened) == 200
    assert status(other_id, opened) == 403
    assert status(message_id, "made-up") == 403
