"""Lists come newest first, page by page, and stay right while mail arrives and goes."""

import pytest

from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose

MINUTE = 60_000


def fill(emulator, count, **options):
    return [
        emulator.deliver(
            ADDRESS, compose(f"Mail {number}"), internal_date=1_790_000_000_000 + number * MINUTE, **options
        )
        for number in range(count)
    ]


def pages(list_page, name, **arguments):
    token, found = None, []
    while True:
        page = list_page(userId="me", pageToken=token, **arguments).execute()
        found.append([item["id"] for item in page.get(name, [])])
        token = page.get("nextPageToken")
        if token is None:
            return found


def test_messages_come_newest_first_whatever_the_order_of_delivery(emulator, users):
    late = emulator.deliver(ADDRESS, compose(), internal_date=3000)
    early = emulator.deliver(ADDRESS, compose(), internal_date=1000)
    middle = emulator.deliver(ADDRESS, compose(), internal_date=2000)
    assert pages(users.messages().list, "messages") == [[late, middle, early]]


def test_pages_cover_everything_once(emulator, users):
    ids = fill(emulator, 25)
    found = pages(users.messages().list, "messages", maxResults=10)
    assert [len(page) for page in found] == [10, 10, 5]
    assert [message_id for page in found for message_id in page] == ids[::-1]


def test_an_exact_page_has_no_token_and_an_empty_one_no_list(emulator, users):
    assert "messages" not in users.messages().list(userId="me").execute()
    fill(emulator, 10)
    assert "nextPageToken" not in users.messages().list(userId="me", maxResults=10).execute()


def test_mail_that_arrives_or_goes_between_pages_moves_nothing(emulator, users):
    ids = fill(emulator, 9)
    first = users.messages().list(userId="me", maxResults=3).execute()
    emulator.deliver(ADDRESS, compose("New"))
    emulator.delete(ADDRESS, ids[-3])
    second = users.messages().list(userId="me", maxResults=3, pageToken=first["nextPageToken"]).execute()
    assert [message["id"] for message in second["messages"]] == ids[3:6][::-1]


def test_labels_narrow_a_list_and_must_all_be_there(emulator, users):
    ids = fill(emulator, 6, labels=["INBOX"])
    emulator.modify(ADDRESS, ids[0], add=["STARRED"])
    emulator.modify(ADDRESS, ids[1], add=["STARRED"], remove=["INBOX"])
    found = pages(users.messages().list, "messages", labelIds=["STARRED", "INBOX"])
    assert found == [[ids[0]]]


def test_spam_and_trash_show_only_when_asked_for(emulator, users):
    kept = emulator.deliver(ADDRESS, compose("Kept"))
    spam = emulator.deliver(ADDRESS, compose("Win"), labels=["SPAM"])
    trashed = emulator.deliver(ADDRESS, compose("Old"))
    users.messages().trash(userId="me", id=trashed).execute()
    messages = users.messages().list
    assert pages(messages, "messages") == [[kept]]
    assert set(pages(messages, "messages", includeSpamTrash=True)[0]) == {kept, spam, trashed}
    assert pages(messages, "messages", labelIds=["SPAM"]) == [[spam]]
    assert pages(messages, "messages", q="in:trash") == [[trashed]]
    users.messages().untrash(userId="me", id=trashed).execute()
    assert set(pages(messages, "messages")[0]) == {kept, trashed}


def test_threads_are_listed_once_at_their_newest_message(emulator, users):
    first = emulator.deliver(ADDRESS, compose("A", message_id="<a@x.example>"), internal_date=1000)
    second = emulator.deliver(ADDRESS, compose("B"), internal_date=2000)
    emulator.deliver(ADDRESS, compose("Re: A", reply_to="<a@x.example>"), internal_date=3000)
    third = emulator.deliver(ADDRESS, compose("C"), internal_date=2500)
    assert pages(users.threads().list, "threads", maxResults=2) == [[first, third], [second]]
    listed = users.threads().list(userId="me").execute()["threads"][0]
    assert set(listed) == {"id", "snippet", "historyId"}


def test_a_thread_is_listed_when_any_of_its_messages_matches(emulator, users):
    first = emulator.deliver(ADDRESS, compose("A", message_id="<a@x.example>", text="needle"), internal_date=1000)
    emulator.deliver(ADDRESS, compose("Re: A", reply_to="<a@x.example>", text="hay"), internal_date=2000)
    assert pages(users.threads().list, "threads", q="needle") == [[first]]


@pytest.mark.parametrize("token", ["nonsense", "MTIz", "é"])
def test_a_made_up_page_token_is_refused(emulator, http, token):
    fill(emulator, 2)
    answer = http.get("/gmail/v1/users/me/messages", params={"pageToken": token})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Invalid pageToken")


def test_a_page_never_exceeds_500(emulator, users):
    fill(emulator, 501)
    assert [len(page) for page in pages(users.messages().list, "messages", maxResults=5000)] == [500, 1]
