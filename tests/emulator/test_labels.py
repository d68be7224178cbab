"""Labels on messages and threads, and the labels themselves."""

import pytest
from googleapiclient.errors import HttpError

from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose


@pytest.fixture
def thread(emulator):
    """Two messages of one thread."""
    first = emulator.deliver(ADDRESS, compose("A", message_id="<a@x.example>"))
    return first, emulator.deliver(ADDRESS, compose("Re: A", reply_to="<a@x.example>"))


def labels_of(emulator, *ids):
    return [sorted(emulator.mailbox(ADDRESS).messages[message_id].labels) for message_id in ids]


def test_a_thread_changes_as_one(emulator, users, thread):
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD", "INBOX"]}
    answer = users.threads().modify(userId="me", id=thread[0], body=body).execute()
    assert [message["labelIds"] for message in answer["messages"]] == [["STARRED"], ["STARRED"]]
    users.threads().trash(userId="me", id=thread[0]).execute()
    assert labels_of(emulator, *thread) == [["STARRED", "TRASH"]] * 2
    users.threads().untrash(userId="me", id=thread[0]).execute()
    users.threads().delete(userId="me", id=thread[0]).execute()
    assert not emulator.mailbox(ADDRESS).threads


def test_many_messages_change_in_one_call(emulator, users, thread):
    body = {"ids": [*thread, "dead"], "addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    users.messages().batchModify(userId="me", body=body).execute()
    assert labels_of(emulator, *thread) == [["INBOX", "STARRED"]] * 2
    users.messages().batchDelete(userId="me", body={"ids": list(thread)}).execute()
    assert not emulator.mailbox(ADDRESS).messages


@pytest.mark.parametrize("label", ["SENT", "DRAFT", "NOWHERE"])
def test_labels_that_only_gmail_sets_and_unknown_ones_are_refused(users, thread, label):
    with pytest.raises(HttpError, match="Invalid label"):
        users.messages().modify(userId="me", id=thread[0], body={"addLabelIds": [label]}).execute()


def test_a_label_lives_and_dies(emulator, users, thread):
    labels = users.labels()
    made = labels.create(userId="me", body={"name": "Hot leads", "labelListVisibility": "labelShow"}).execute()
    assert (made["id"], made["type"], made["labelListVisibility"]) == ("Label_1", "user", "labelShow")
    for message_id in thread:
        users.messages().modify(userId="me", id=message_id, body={"addLabelIds": [made["id"]]}).execute()
    counted = labels.get(userId="me", id=made["id"]).execute()
    assert (counted["messagesTotal"], counted["messagesUnread"], counted["threadsTotal"]) == (2, 2, 1)
    assert labels.patch(userId="me", id=made["id"], body={"name": "Hot"}).execute()["name"] == "Hot"
    assert labels.update(userId="me", id=made["id"], body={"name": "Warm"}).execute() == {
        "id": "Label_1",
        "name": "Warm",
        "type": "user",
    }
    assert made["id"] in {label["id"] for label in labels.list(userId="me").execute()["labels"]}
    labels.delete(userId="me", id=made["id"]).execute()
    assert labels_of(emulator, *thread) == [["INBOX", "UNREAD"]] * 2
    with pytest.raises(HttpError, match="not found"):
        labels.get(userId="me", id=made["id"]).execute()


def test_label_names_are_unique_and_system_labels_stay(users):
    users.labels().create(userId="me", body={"name": "Hot"}).execute()
    for name, status in (("hot", 409), ("Inbox", 409), ("  ", 400)):
        with pytest.raises(HttpError) as refused:
            users.labels().create(userId="me", body={"name": name}).execute()
        assert refused.value.resp.status == status
    with pytest.raises(HttpError, match="system label"):
        users.labels().delete(userId="me", id="INBOX").execute()
