"""Mail that a machine sent, told apart from what people write."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.parse import FailedRecipient, Kind, ParsedMessage, parse_message
from tests.sync.parse.samples import extracted, files, message, of_raw, part, plain

Record = Callable[[str, object], None]

GMAIL_REPORT = (
    "Reporting-MTA: dns; googlemail.com\nArrival-Date: Mon, 3 Feb 2025 05:00:00 -0800\n\n"
    "Final-Recipient: rfc822; dana@customer.example\nAction: {action}\nStatus: {status}\n"
    "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
)


def report(action: str, status: str, *, split: bool = False, included: bool = True) -> ParsedMessage:
    text = GMAIL_REPORT.format(action=action, status=status)
    machine = part("message/delivery-status", text if included and not split else None, part_id="1")
    if split:
        fields = dict(line.split(": ", 1) for line in text.split("\n\n")[1].splitlines())
        machine["parts"] = [part("text/plain", headers=fields, part_id="1.0")]
    returned = part("text/plain", "Hi", headers={"To": "Dana <dana@customer.example>"}, part_id="2.0")
    parts = [
        part("text/plain", "Address not found. 550 5.1.1 no such user", part_id="0"),
        machine,
        part("message/rfc822", part_id="2", parts=[returned]),
    ]
    content_type = "multipart/report; report-type=delivery-status"
    payload = part("multipart/report", headers={"Content-Type": content_type}, parts=parts)
    sender = "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"
    return parse_message(message(payload, From=sender, Subject="Delivery Status Notification (Failure)"))


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [("failed", "5.1.1", True), ("delayed", "4.4.1", False), ("failed", "4.4.7", False), ("failed", "5.2.2", False)],
)
@pytest.mark.parametrize("split", [False, True])
def test_a_delivery_report_names_who_failed_and_how(action: str, status: str, permanent: bool, split: bool) -> None:
    parsed = report(action, status, split=split)
    assert parsed.kind is Kind.BOUNCE
    assert parsed.bounce is not None
    assert parsed.bounce.recipients == (FailedRecipient("dana@customer.example", permanent, status),)
    assert parsed.bounce.permanent is permanent


def test_a_report_that_gmail_left_out_falls_back_on_the_returned_mail() -> None:
    parsed = report("failed", "5.1.1", included=False)
    assert parsed.bounce is not None
    assert parsed.bounce.recipients == (FailedRecipient("dana@customer.example", True, "5.1.1"),)


def test_a_report_of_success_is_no_bounce() -> None:
    parsed = report("delivered", "2.0.0")
    assert (parsed.kind, parsed.bounce) == (Kind.NOTIFICATION, None)


def test_gmails_own_header_names_who_failed() -> None:
    parsed = parse_message(
        plain("Der Server sagt 550 5.1.1 unbekannt", X_Failed_Recipients="dana@customer.example, x@y.example")
    )
    assert parsed.bounce is not None
    assert [each.address for each in parsed.bounce.recipients] == ["dana@customer.example", "x@y.example"]


@pytest.mark.parametrize(
    ("headers", "kind", "reason"),
    [
        ({}, Kind.HUMAN, None),
        ({"Auto_Submitted": "no"}, Kind.HUMAN, None),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Kind.AUTO_REPLY, "auto-submitted: auto-replied"),
        ({"Auto_Submitted": "auto-generated; x=y"}, Kind.NOTIFICATION, "auto-submitted: auto-generated"),
        ({"Subject": "Automatische Antwort: Angebot"}, Kind.AUTO_REPLY, "out-of-office subject"),
        ({"Subject": "Out of Office: Re: Offer"}, Kind.AUTO_REPLY, "out-of-office subject"),
        ({"Subject": "Office space to let"}, Kind.HUMAN, None),
        ({"X_Autoreply": "yes"}, Kind.AUTO_REPLY, "x-autoreply"),
        ({"Precedence": "bulk"}, Kind.BULK, "precedence: bulk"),
        ({"List_Unsubscribe": "<https://x.example/u>"}, Kind.BULK, "list-unsubscribe"),
        ({"Feedback_ID": "1:2:3"}, Kind.BULK, "feedback-id"),
        ({"X_Google_Group_Id": "1", "Precedence": "list", "List_ID": "<sales.fairfield.example>"}, Kind.HUMAN, None),
        ({"From": "Shop <no-reply@shop.example>"}, Kind.NOTIFICATION, "no-reply sender"),
        ({"From": "Nora Reply <nora.reply@x.example>"}, Kind.HUMAN, None),
        ({"Return_Path": "<>"}, Kind.NOTIFICATION, "null return path"),
    ],
)
def test_the_reason_for_calling_mail_automatic_is_kept(headers: dict[str, str], kind: Kind, reason: str | None) -> None:
    parsed = parse_message(plain("Hello", **{"From": "Dana <dana@customer.example>"} | headers))
    assert (parsed.kind, parsed.automatic) == (kind, reason)


def test_bounces_of_sixty_mail_systems_are_recognised(tmp_path: Path, record_property: Record) -> None:
    folder = extracted("emails/sisimai_bounces.tar.gz", tmp_path) / "sisimai_bounces"
    expected = json.loads((folder / "bounce_expected.json").read_text())
    counted: Counter[str] = Counter()
    for name, facts in expected.items():
        path = folder / "maildir" / "bsd" / name
        if (
            not facts
            or not path.exists()
            or {fact["reason"] for fact in facts} <= {"feedback", "vacation", "delivered"}
        ):
            continue
        parsed = parse_message(of_raw(path.read_bytes()))
        counted["all"] += 1
        counted["recognised"] += parsed.bounce is not None
        counted["addressed"] += parsed.bounce is not None and bool(parsed.bounce.recipients)
    record_property("bounces", dict(counted))
    assert counted["all"] > 250
    assert counted["recognised"] >= 0.97 * counted["all"]
    assert counted["addressed"] >= 0.92 * counted["all"]


def test_bounces_known_to_mailman_are_recognised(tmp_path: Path) -> None:
    folder = extracted("emails/flufl_bounce.tar.gz", tmp_path)
    found = [parse_message(of_raw(path.read_bytes())).bounce for path in files(folder, "*.txt")]
    assert len(found) > 50
    assert sum(1 for bounce in found if bounce and bounce.recipients) >= 0.8 * len(found)


def test_ordinary_mail_is_no_bounce_or_auto_reply(tmp_path: Path, record_property: Record) -> None:
    folder = extracted("emails/enron_labelled.tar.gz", tmp_path)
    kinds = Counter(parse_message(of_raw(path.read_bytes())).kind for path in files(folder, "*.txt")[:900])
    record_property("kinds of ordinary mail", {str(kind): count for kind, count in kinds.items()})
    assert sum(kinds.values()) > 800
    assert kinds[Kind.BOUNCE] == kinds[Kind.AUTO_REPLY] == 0
    assert kinds[Kind.HUMAN] >= 0.95 * sum(kinds.values())


def test_only_mailer_daemons_bounce_in_a_public_archive(tmp_path: Path) -> None:
    folder = extracted("emails/spamassassin_corpus.tar.gz", tmp_path)
    paths = files(folder)[::2]
    bounces = [each for each in map(parsed_file, paths) if each.kind is Kind.BOUNCE]
    assert len(paths) > 1_000
    assert all(each.from_ and each.from_.address.startswith("mailer-daemon@") for each in bounces)


def parsed_file(path: Path) -> ParsedMessage:
    return parse_message(of_raw(path.read_bytes()))
