"""Mail that is not for everybody, over REST."""

import pytest

from app.core.database import transaction
from tests.api.office import Office, made
from tests.api.timelines import V1, create, timeline
from tests.sync.letters import letter
from tests.sync.office import Office as Mail
from tests.timeline.mail import store_mail


@pytest.fixture
def dana(office: Office) -> str:
    """Bob's contact."""
    return create(office, office.cast.bob)


@pytest.fixture
def private(office: Office, dana: str) -> str:
    """Bob's private mail with Dana."""
    with transaction(office.engine) as session:
        return store_mail(
            session,
            workspace_id=office.cast.workspace_id,
            record_ids=[dana],
            mailbox_ids=[office.cast.mailboxes[office.cast.bob.member_id]],
            private=True,
        )


def test_private_mail_is_opened_by_its_holder_alone(office: Office, dana: str, private: str):
    url = f"{V1}/timeline/{private}/access-requests"
    (locked,) = timeline(office.alice, dana, type="email")
    assert (locked["title"], locked["summary"], locked["locked"]) == ("Private email", "", True)
    assert locked["holders"] == []
    assert office.alice.put(f"{url}/{office.cast.alice.member_id}", json={"state": "granted"}).status_code == 403
    assert made(office.alice.post(url))["state"] == "asked"
    assert made(office.alice.post(url))["state"] == "asked"
    (told,) = office.bob.get(f"{V1}/notifications").json()["items"]
    assert (told["type"], told["data"]["member_id"]) == ("access_request", office.cast.alice.member_id)
    assert [row["member_id"] for row in office.bob.get(url).json()["items"]] == [office.cast.alice.member_id]
    assert office.alice.get(url).status_code == 403
    refused = office.bob.put(f"{url}/{office.cast.alice.member_id}", json={"state": "refused"}).json()
    assert refused["answered_by"] == office.cast.bob.member_id
    assert timeline(office.alice, dana, type="email")[0]["locked"]
    office.bob.put(f"{url}/{office.cast.alice.member_id}", json={"state": "granted"})
    (opened,) = timeline(office.alice, dana, type="email")
    assert (opened["title"], opened["summary"], opened["locked"]) == ("Salary", "secret", False)
    assert [note["type"] for note in office.alice.get(f"{V1}/notifications").json()["items"]] == ["access_granted"]


def test_nobody_asks_for_what_they_cannot_see_or_read_anyway(office: Office, dana: str, private: str):
    url = f"{V1}/timeline/{private}/access-requests"
    for client in (office.carol, office.mallory):
        assert client.post(url).status_code == 404
        assert client.get(url).status_code == 404
    assert office.bob.post(url).status_code == 409


def test_mail_that_three_hold_is_one_entry_with_three_holders(office: Office):
    dana = create(office, office.cast.alice, email="dana@customer.example")
    people = {name: getattr(office.cast, name) for name in ("alice", "bob", "carol")}
    for viewer in people.values():
        mail = letter(rfc_id="one@customer.example", to=", ".join(one.email for one in people.values()))
        Mail(office.engine, office.cast).receive(viewer, mail)
    (entry,) = timeline(office.alice, dana, type="email")
    assert [holder["name"] for holder in entry["holders"]] == ["Alice Fairfield", "Bob Berg", "Carol Chen"]


def test_members_in_private_mail_are_not_given_away_by_a_filter(office: Office, dana: str, private: str):
    person = {"person": office.cast.bob.member_id, "type": "email"}
    assert timeline(office.alice, dana, **person) == []
