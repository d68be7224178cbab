"""What changed since: kinds, filters, pages, gaps, and the day when Gmail no longer remembers."""

from itertools import pairwise

import pytest

from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose

DAY = 86_400


@pytest.fixture
def story(emulator):
    """A start id, and a message that arrived, was starred and read, and one that came and went."""
    start = emulator.mailbox(ADDRESS).history_id
    kept = emulator.deliver(ADDRESS, compose("Kept"))
    emulator.modify(ADDRESS, kept, add=["STARRED"], remove=["UNREAD"])
    gone = emulator.deliver(ADDRESS, compose("Gone"))
    emulator.delete(ADDRESS, gone)
    return start, kept, gone


def changes(users, start, **filters):
    answer = users.history().list(userId="me", startHistoryId=start, **filters).execute()
    kinds = ("messagesAdded", "messagesDeleted", "labelsAdded", "labelsRemoved")
    return [
        (kind, entry["message"]["id"], *entry.get("labelIds", []))
        for record in answer.get("history", [])
        for kind in kinds
        for entry in record.get(kind, [])
    ]


def test_every_kind_of_change_is_told_in_order(users, story):
    start, kept, gone = story
    assert changes(users, start) == [
        ("messagesAdded", kept),
        ("labelsAdded", kept, "STARRED"),
        ("labelsRemoved", kept, "UNREAD"),
        ("messagesAdded", gone),
        ("messagesDeleted", gone),
    ]


def test_a_message_is_shown_with_the_labels_it_had_then(users, story):
    records = users.history().list(userId="me", startHistoryId=story[0]).execute()["history"]
    added, starred, read = (
        next(iter(record[kind]))["message"]["labelIds"]
        for record, kind in zip(records, ("messagesAdded", "labelsAdded", "labelsRemoved"), strict=False)
    )
    assert added == ["INBOX", "UNREAD"]
    assert (starred, read) == (["INBOX", "STARRED"], ["INBOX", "STARRED"])


def test_kinds_and_label_narrow_the_story(users, story):
    start, kept, gone = story
    assert changes(users, start, historyTypes=["messageDeleted"]) == [("messagesDeleted", gone)]
    both = changes(users, start, historyTypes=["labelAdded", "labelRemoved"], labelId="UNREAD")
    assert both == [("labelsRemoved", kept, "UNREAD")]


def test_pages_tell_the_same_story(emulator, users):
    start = emulator.mailbox(ADDRESS).history_id
    ids = [emulator.deliver(ADDRESS, compose(f"Mail {number}")) for number in range(7)]
    token, seen, pages = None, [], 0
    while True:
        page = users.history().list(userId="me", startHistoryId=start, maxResults=3, pageToken=token).execute()
        seen += [record["messages"][0]["id"] for record in page["history"]]
        pages += 1
        token = page.get("nextPageToken")
        if token is None:
            break
    assert (seen, pages) == (ids, 3)
    assert page["historyId"] == str(emulator.mailbox(ADDRESS).history_id)


def test_no_news_is_an_answer_without_history(emulator, users):
    current = str(emulator.mailbox(ADDRESS).history_id)
    assert users.history().list(userId="me", startHistoryId=current).execute() == {"historyId": current}


def test_ids_grow_with_gaps_and_reach_the_message(emulator, users, story):
    records = users.history().list(userId="me", startHistoryId=story[0]).execute()["history"]
    ids = [int(record["id"]) for record in records]
    assert ids == sorted(set(ids))
    assert any(later - earlier > 1 for earlier, later in pairwise(ids))
    assert users.messages().get(userId="me", id=story[1]).execute()["historyId"] == str(ids[2])


def test_history_is_forgotten_after_its_retention(emulator, users, http, clock, story):
    middle = emulator.mailbox(ADDRESS).history_id
    clock.advance(6 * DAY)
    fresh = emulator.deliver(ADDRESS, compose("Fresh"))
    clock.advance(2 * DAY)
    assert status(http, story[0]) == 404
    assert changes(users, middle) == [("messagesAdded", fresh)]


def test_history_can_be_made_to_expire(emulator, http):
    current = emulator.mailbox(ADDRESS).history_id
    assert status(http, current) == 200
    emulator.expire_history(ADDRESS)
    assert status(http, current) == 404
    assert status(http, emulator.mailbox(ADDRESS).history_id) == 200


def test_an_id_from_the_future_is_404(emulator, http):
    assert status(http, emulator.mailbox(ADDRESS).history_id + 1) == 404


@pytest.mark.parametrize("token", ["x", "-1", "0"])
def test_a_made_up_page_token_is_refused(emulator, http, token):
    start = emulator.mailbox(ADDRESS).history_id
    assert status(http, start, pageToken=token) == 400


def test_changes_through_the_api_are_history_too(emulator, users):
    message_id = emulator.deliver(ADDRESS, compose())
    start = emulator.mailbox(ADDRESS).history_id
    users.messages().modify(userId="me", id=message_id, body={"addLabelIds": ["STARRED"]}).execute()
    users.messages().modify(userId="me", id=message_id, body={"addLabelIds": ["STARRED"]}).execute()
    users.messages().delete(userId="me", id=message_id).execute()
    assert changes(users, start) == [("labelsAdded", message_id, "STARRED"), ("messagesDeleted", message_id)]


def status(http, start, **parameters):
    query = {"startHistoryId": start, **parameters}
    return http.get("/gmail/v1/users/me/history", params=query).status_code
