"""Real mail from files: Takeout exports, mbox files, folders, and whatever lies in them."""

import tarfile
from pathlib import Path

import pytest

from sync.emulator import GmailEmulator, Quota
from sync.emulator.mailfiles import guess_owner, load_mail, read_mail
from tests.emulator.mail import compose

REAL_MAIL = Path(__file__).parents[3] / "shared" / "data" / "emails"

TAKEOUT = b"""From 1788000000000000001@xxx Mon Nov 02 09:30:00 +0000 2026
X-GM-THRID: 1788000000000000001
X-Gmail-Labels: Inbox,Opened,Category Updates,"Clients, big"
Delivered-To: alice@fairfield.example
From: Bob <bob@buyer.example>
Subject: First

Text with a line:
>From the start
From here on it goes on
From 1788000000000000002@xxx Mon Nov 02 09:30:00 +0000 2026
still the same message, for no empty line came before.

From now on we ship daily.

From 1788000000000000003@xxx Mon Nov 02 10:30:00 +0000 2026
X-GM-THRID: 1788000000000000001
X-Gmail-Labels: Sent
From: Alice <alice@fairfield.example>
Subject: Another subject, same thread

Reply

"""


@pytest.fixture
def emulator():
    return GmailEmulator(clock=lambda: 1_795_000_000.0, quota=Quota.unlimited())


@pytest.fixture
def takeout(tmp_path):
    path = tmp_path / "All mail.mbox"
    path.write_bytes(TAKEOUT)
    return path


def test_a_takeout_export_keeps_its_threads_and_labels(emulator, takeout):
    summary = load_mail(emulator, takeout)
    assert (summary.address, summary.messages, summary.threads) == ("alice@fairfield.example", 2, 1)
    mailbox = emulator.mailbox(summary.address)
    first, second = mailbox.messages.values()
    assert first.labels == {"INBOX", "CATEGORY_UPDATES", "Label_1"}
    assert mailbox.labels.get("Label_1").name == "Clients, big"
    assert second.labels == {"SENT"}
    assert b"\nFrom the start\nFrom here on" in first.raw
    assert first.raw.endswith(b"came before.\n\nFrom now on we ship daily.\n")


@pytest.mark.parametrize("newline", [b"\r\n", b"\r"])
def test_line_ends_do_not_matter(tmp_path, takeout, newline):
    other = tmp_path / "other.mbox"
    other.write_bytes(TAKEOUT.replace(b"\n", newline))
    subjects = [[value for name, value in mail.headers if name == "Subject"] for mail in read_mail(takeout)]
    assert [[v for n, v in mail.headers if n == "Subject"] for mail in read_mail(other)] == subjects
    assert len(subjects) == 2


def test_a_folder_is_read_in_order_and_what_is_no_mail_is_left_out(emulator, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.eml").write_bytes(compose("B", sender="Alice <alice@fairfield.example>", to="bob@buyer.example"))
    (tmp_path / "a.txt").write_bytes(compose("A", sender="carol@other.example"))
    (tmp_path / "sub" / "c").write_bytes(b"\n" + compose("C"))
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "empty").write_bytes(b"")
    summary = load_mail(emulator, tmp_path)
    assert summary.address == "alice@fairfield.example"
    messages = list(emulator.mailbox(summary.address).messages.values())
    assert [message.subject for message in messages] == ["a", "b", "c"]
    assert [set(message.labels) for message in messages] == [{"INBOX"}, {"SENT"}, {"INBOX"}]


def test_without_an_address_in_sight_the_owner_must_be_named(emulator, tmp_path):
    (tmp_path / "a.eml").write_bytes(b"Subject: nobody\n\nx")
    with pytest.raises(ValueError, match="name the owner's address"):
        guess_owner(tmp_path)
    assert load_mail(emulator, tmp_path, address="alice@fairfield.example").messages == 1


def test_the_same_files_give_the_same_mailbox(takeout):
    def ids():
        emulator = GmailEmulator(clock=lambda: 1_795_000_000.0)
        return list(emulator.mailbox(load_mail(emulator, takeout).address).messages)

    assert ids() == ids()


@pytest.mark.skipif(not REAL_MAIL.is_dir(), reason=f"no real mail at {REAL_MAIL}")
def test_200_real_messages_load_and_are_shown(emulator, tmp_path, users_of):
    for name in ("spamassassin_corpus", "sisimai_bounces", "mimekit", "mime4j"):
        with tarfile.open(REAL_MAIL / f"{name}.tar.gz") as archive:
            archive.extractall(tmp_path / name, filter="data")
    for folder in sorted(tmp_path.iterdir()):
        load_mail(emulator, folder, address="alice@fairfield.example", limit=50)
    users = users_of(emulator)
    listed = users.messages().list(userId="me", maxResults=500, includeSpamTrash=True).execute()["messages"]
    assert len(listed) == 200
    seen = [users.messages().get(userId="me", id=message["id"]).execute() for message in listed]
    assert all(message["payload"]["headers"] for message in seen)
    dates = [int(message["internalDate"]) for message in seen]
    assert dates == sorted(dates, reverse=True)
