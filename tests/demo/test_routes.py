"""The demo's routes: whom they answer, what they sign, and how they show mail."""

from collections.abc import Iterator
from email import message_from_bytes

import httpx
import pytest
from google.auth import jwt

from app.demo.context import DemoMember
from app.demo.mailbox.people import people
from app.demo.outgoing import Draft, compose_message
from tests.demo.harness import SCOPES, DemoSite


@pytest.fixture
def client(site: DemoSite) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url) as opened:
        yield opened


def find_thread(client: httpx.Client, query: str) -> str:
    threads = client.get("/demo/api/threads", params={"q": query, "box": "all"}).json()["threads"]
    thread_id: str = threads[0]["id"]
    return thread_id


class TestGuard:
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.7:8000"])
    def test_a_foreign_host_is_refused(self, client: httpx.Client, host: str) -> None:
        assert client.get("/demo", headers={"Host": host}).status_code == 403

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1234", "[::1]:8000"])
    def test_loopback_is_served(self, client: httpx.Client, host: str) -> None:
        assert client.get("/demo", headers={"Host": host}).status_code == 200

    def test_another_sites_page_gets_no_tokens(self, client: httpx.Client, site: DemoSite) -> None:
        wanted = {"url": f"{site.url}/addon/gmail/home"}
        answer = client.post("/demo/tokens", json=wanted, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert client.post("/demo/tokens", json=wanted, headers={"Origin": site.url}).status_code == 200

    def test_no_tokens_for_another_audience(self, client: httpx.Client, site: DemoSite) -> None:
        answer = client.post("/demo/tokens", json={"url": f"{site.url}.evil.example/addon"})
        assert answer.status_code == 403
        assert "under" in answer.json()["detail"]


class TestTokens:
    def test_they_are_what_google_sends(self, client: httpx.Client, site: DemoSite) -> None:
        url = f"{site.url}/addon/gmail/action?x=1"
        tokens = client.post("/demo/tokens", json={"url": url}).json()
        certificates = site.gmail.signer.certificates()
        system = jwt.decode(tokens["event"]["systemIdToken"], certs=certificates, audience=url)
        assert system["iss"] == "https://accounts.google.com"
        assert system["email"] == "addon@sidenote-demo.iam.gserviceaccount.example"
        assert system["email_verified"] is True
        assert tokens["authorization"] == f"Bearer {tokens['event']['systemIdToken']}"
        audience = "addon-client.apps.googleusercontent.example"
        user = jwt.decode(tokens["event"]["userIdToken"], certs=certificates, audience=audience)
        assert (user["email"], user["sub"]) == (people()["bob"].email, "100000000")
        assert tokens["event"]["authorizedScopes"] == sorted(SCOPES[:2])
        assert tokens["gmailAccessToken"] is None

    def test_with_a_message_open_they_let_the_add_on_read_its_headers(
        self, client: httpx.Client, site: DemoSite
    ) -> None:
        first, second = list(site.gmail.mailbox(people()["bob"].email).threads.values())[:2]
        wanted = {"url": f"{site.url}/addon/gmail/message", "messageId": first.id}
        tokens = client.post("/demo/tokens", json=wanted).json()
        headers = {
            "Authorization": f"Bearer {tokens['event']['userOAuthToken']}",
            "X-Goog-Gmail-Access-Token": tokens["gmailAccessToken"],
        }
        messages = f"{site.gmail_url}/gmail/v1/users/me/messages"
        assert httpx.get(f"{messages}/{first.id}?format=metadata", headers=headers).status_code == 200
        assert httpx.get(f"{messages}/{second.id}?format=metadata", headers=headers).status_code == 403

    def test_the_signed_in_member_changes_them(self, client: httpx.Client, site: DemoSite) -> None:
        client.post("/demo/member", json={"key": "alice"})
        tokens = client.post("/demo/tokens", json={"url": f"{site.url}/addon/gmail/home"}).json()
        claims = jwt.decode(tokens["event"]["userIdToken"], certs=site.gmail.signer.certificates(), verify=False)
        assert claims["email"] == people()["alice"].email
        assert client.get("/demo/members").json()["signedIn"] == "alice"

    def test_a_stranger_cannot_be_chosen(self, client: httpx.Client) -> None:
        assert client.post("/demo/member", json={"key": "mallory"}).status_code == 404

    def test_consent_adds_scopes_of_the_manifest_only(self, client: httpx.Client) -> None:
        client.post("/demo/member", json={"key": "carol"})
        granted = client.post("/demo/consent", json={"scopes": [SCOPES[2], "https://evil.example/all"]}).json()
        assert granted["granted"] == sorted(SCOPES)


class TestPageAndFiles:
    def test_the_page_allows_no_inline_code(self, client: httpx.Client) -> None:
        answer = client.get("/demo")
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-inline" not in policy
        assert "style=" not in answer.text
        assert answer.text.count("<script") == 1

    def test_static_files_are_kept_for_ever_under_their_version(self, client: httpx.Client) -> None:
        script = client.get("/demo").text.partition('src="')[2].partition('"')[0]
        assert "immutable" in client.get(script).headers["cache-control"]
        version = script.split("/")[3]
        assert client.get(script.replace(version, "000000000000")).headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        "path", ["%2e%2e/routes.py", "..%2froutes.py", "js", "js/%2e%2e/%2e%2e/routes.py", "nothing.js"]
    )
    def test_nothing_else_is_served_as_static(self, client: httpx.Client, path: str) -> None:
        assert client.get(f"/demo/static/x/{path}").status_code == 404

    def test_progress_is_told(self, client: httpx.Client) -> None:
        assert client.get("/demo/api/progress").json() == {"stored": 64, "total": 64, "done": True}


class TestMail:
    def test_the_inbox_is_newest_first(self, client: httpx.Client) -> None:
        threads = client.get("/demo/api/threads").json()["threads"]
        dates = [thread["date"] for thread in threads]
        assert dates == sorted(dates, reverse=True)
        assert threads[0]["subject"] == "Replacing our lab spectrometers"
        assert threads[0]["senders"][0] == "Priya"
        assert threads[0]["count"] == 12

    def test_search_asks_gmail(self, client: httpx.Client) -> None:
        found = client.get("/demo/api/threads", params={"q": "from:gareth has:attachment", "box": "all"}).json()
        assert found["threads"] == []
        found = client.get("/demo/api/threads", params={"q": "filename:csv", "box": "all"}).json()
        assert [thread["subject"] for thread in found["threads"]] == ["Spare parts for next year"]
        assert found["threads"][0]["hasAttachment"] is True

    def test_own_labels_are_shown_by_name(self, client: httpx.Client) -> None:
        found = client.get("/demo/api/threads", params={"q": "parental"}).json()["threads"]
        assert found[0]["labels"] == ["Private"]

    def test_reading_marks_a_thread_as_read(self, client: httpx.Client) -> None:
        thread_id = find_thread(client, "from:benchandbeam.example")
        client.post(f"/demo/api/threads/{thread_id}/read")
        assert client.get(f"/demo/api/threads/{thread_id}").json()["messages"][0]["unread"] is False

    def test_a_body_is_harmless_and_its_quote_folded(self, client: httpx.Client, site: DemoSite) -> None:
        hostile = (
            b"From: Mallory <m@evil.example>\r\nTo: bob@x.example\r\nSubject: hostile\r\n"
            b"Message-ID: <hostile@evil.example>\r\nContent-Type: text/html\r\n\r\n"
            b"<p>Hello</p><script>alert(1)</script><img src=https://evil.example/p.png onerror=alert(2)>"
            b"<a href='javascript:alert(3)'>x</a><form action=https://evil.example><input name=p></form>"
            b"<div class=gmail_quote>On Monday Bob wrote:<blockquote class=gmail_quote>old</blockquote></div>"
        )
        message_id = site.gmail.deliver(people()["bob"].email, hostile, labels=["SENT"])
        answer = client.get(f"/demo/api/messages/{message_id}/body")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "allow-scripts" not in answer.headers["content-security-policy"]
        for trace in ("<script", "onerror", "javascript:", "<form", ' src="https'):
            assert trace not in answer.text
        assert answer.text.index("<details>") < answer.text.index("old")

    @pytest.mark.parametrize("query", ["from:tomas subject:spectrometers", "from:tove Deal", "from:priya hard"])
    def test_every_programs_quotes_are_folded(self, client: httpx.Client, query: str) -> None:
        thread = client.get(f"/demo/api/threads/{find_thread(client, query)}").json()
        answers = [message for message in thread["messages"] if "@northbeam.example" not in message["from"]["email"]]
        body = client.get(answers[-1]["bodyUrl"]).text
        written, fold, quoted = body.partition("<details>")
        assert fold
        assert "Bob Fairfield" not in written
        assert "Bob Fairfield" in quoted

    def test_attachments_come_as_downloads(self, client: httpx.Client) -> None:
        thread = client.get(f"/demo/api/threads/{find_thread(client, 'filename:csv')}").json()
        (file,) = thread["messages"][0]["attachments"]
        answer = client.get(file["url"])
        assert answer.text.startswith("part,description,quantity")
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert len(answer.content) == file["size"]
        assert client.get(file["url"].rpartition("/")[0] + "/9.9").status_code == 404

    def test_a_message_that_is_one_file_offers_it(self, client: httpx.Client, site: DemoSite) -> None:
        raw = (
            b"From: Ann <ann@x.example>\r\nSubject: just a file\r\nMessage-ID: <file@x.example>\r\n"
            b"Content-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\n\r\nPK\r\n"
        )
        message_id = site.gmail.deliver(people()["bob"].email, raw, labels=["SENT"])
        thread_id = site.gmail.mailbox(people()["bob"].email).messages[message_id].thread.id
        (file,) = client.get(f"/demo/api/threads/{thread_id}").json()["messages"][0]["attachments"]
        assert client.get(file["url"]).content.startswith(b"PK")

    def test_a_missing_thread_is_told_so(self, client: httpx.Client) -> None:
        answer = client.get("/demo/api/threads/00000000000000aa")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Gmail does not have this any more."

    def test_gmails_refusal_is_repeated(self, client: httpx.Client, site: DemoSite) -> None:
        site.gmail.faults.add(method="threads.list", times=1, status=429, reason="rateLimitExceeded")
        answer = client.get("/demo/api/threads")
        assert answer.status_code == 502
        assert "429" in answer.json()["detail"]


class TestSending:
    def test_an_answer_joins_its_thread(self, client: httpx.Client) -> None:
        thread_id = find_thread(client, "from:iain")
        message = client.get(f"/demo/api/threads/{thread_id}").json()["messages"][-1]
        draft = {
            "to": message["replyTo"],
            "subject": f"Re: {message['subject']}",
            "text": "Wednesday at three.",
            "html": "Wednesday at <b>three</b>.<script>alert(1)</script>",
            "threadId": thread_id,
            "inReplyTo": message["messageId"],
        }
        sent = client.post("/demo/send", json=draft).json()
        assert sent["threadId"] == thread_id
        newest = client.get(f"/demo/api/threads/{thread_id}").json()["messages"][-1]
        assert newest["from"]["email"] == people()["bob"].email
        assert newest["text"].strip() == "Wednesday at three."
        assert "alert" not in client.get(newest["bodyUrl"]).text

    @pytest.mark.parametrize("to", ["nobody", "@", " , "])
    def test_unreadable_recipients_are_named(self, client: httpx.Client, to: str) -> None:
        answer = client.post("/demo/send", json={"to": to, "text": "x", "html": "x"})
        assert answer.status_code == 422
        assert "To must hold addresses" in answer.json()["detail"]

    def test_a_line_break_cannot_add_headers(self) -> None:
        draft = Draft(to="Ann <a@b.example>\r\nBcc: c@d.example", subject="x\r\nX-Evil: 1", text="x", html="x")
        sender = DemoMember("bob", "Bob", "bob@x.example", "", "1")
        mail = message_from_bytes(compose_message(draft, sender))
        assert set(mail.keys()) == {"From", "To", "Subject", "MIME-Version", "Content-Type"}
