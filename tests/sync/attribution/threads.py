"""Mail threads with the deal that each is truly about, or none: written from situations, not from any scoring rule.

Every scenario happens at each of the ACCOUNTS once, so that each has as many threads as there are accounts.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.sync.attribution.accounts import ACCOUNTS, ADMINISTRATION, CHATTER, HELP, VAGUE, Account, Deal

ALICE = "alice@fairfield.example"
FIRST_LETTER = 60
"""The day on which the labelled threads begin; what was there before is older."""


@dataclass(frozen=True)
class Letter:
    """`id` is its Message-ID, `answers` the one that it refers to. What Alice writes goes to `to`."""

    sender: str
    subject: str
    id: str
    to: tuple[str, ...] = (ALICE,)
    cc: tuple[str, ...] = ()
    answers: str = ""
    after_days: int = 0


@dataclass(frozen=True)
class Labelled:
    """A thread, the scenario it comes from, and the name of the deal that it is about, if it is about any."""

    scenario: str
    account: int
    letters: tuple[Letter, ...]
    deal: str | None


Scene = tuple[list[Letter], Deal | None]
Scenario = Callable[[int, Account], Scene]


def labelled_threads() -> Iterator[Labelled]:
    """All of them, in the order in which they arrive."""
    for scenario in _SCENARIOS:
        for number, account in enumerate(ACCOUNTS):
            letters, deal = scenario(number, account)
            yield Labelled(scenario.__name__.lstrip("_"), number, tuple(letters), deal.name if deal else None)


def address(person: str, domain: str) -> str:
    """`Eva Winter <eva.winter@winterdental.example>`"""
    plain = unicodedata.normalize("NFKD", person).encode("ascii", "ignore").decode().lower()
    return f"{person} <{'.'.join(plain.split())}@{domain}>"


def opening_id(deal: Deal) -> str:
    """The Message-ID of the letter that the deal began with."""
    return f"opening-{deal.quote.lower()}@customer.example"


def champion(a: Account) -> str:
    return address(a.champion, a.large_domain)


def engineer(a: Account) -> str:
    return address(a.engineer, a.large_domain)


def newcomer(a: Account) -> str:
    return address(a.newcomer, a.large_domain)


def owner(a: Account) -> str:
    return address(a.owner, a.small_domain)


def clerk(a: Account) -> str:
    return address(a.clerk, a.small_domain)


def consultant(a: Account) -> str:
    return address(a.consultant, a.agency_domain)


def private(a: Account) -> str:
    return address(a.private, "gmail.com")


def _one(n: int, scenario: str, sender: str, subject: str, **more: object) -> list[Letter]:
    return [Letter(sender, subject, f"{scenario}-{n}@customer.example", **more)]  # type: ignore[arg-type]


def _subject_names_the_deal(n: int, a: Account) -> Scene:
    """The contact of both deals writes afresh and says which."""
    return _one(n, "names", champion(a), a.second.mention), a.second


def _subject_names_the_first_deal(n: int, a: Account) -> Scene:
    return _one(n, "names-first", champion(a), a.first.mention), a.first


def _names_the_whole_deal(n: int, a: Account) -> Scene:
    """An engineer whom no record links with the second deal takes part in it."""
    return _one(n, "whole", engineer(a), f"{a.second.name}: open points"), a.second


def _answer_with_drifted_subject(n: int, a: Account) -> Scene:
    letters = _one(n, "drift", champion(a), a.first.drift, answers=opening_id(a.first))
    letters += [Letter(ALICE, f"Re: {a.first.drift}", f"drift-{n}b@x.example", (champion(a),), answers=letters[0].id)]
    return letters, a.first


def _drift_without_references(n: int, a: Account) -> Scene:
    """Nobody could tell from the envelope."""
    return _one(n, "drift-new", champion(a), a.second.drift), a.second


def _vague_from_contact_in_two_deals(n: int, a: Account) -> Scene:
    return _one(n, "vague-two", champion(a), VAGUE[n]), (a.first, a.second)[n % 2]


def _vague_from_the_engineer(n: int, a: Account) -> Scene:
    """On the first deal alone, and mostly busy with it; every third time his boss sent him about the other."""
    return _one(n, "vague-engineer", engineer(a), VAGUE[(n + 3) % 12]), a.second if n % 3 == 2 else a.first


def _newcomer_names_the_deal(n: int, a: Account) -> Scene:
    return _one(n, "newcomer", newcomer(a), f"{a.first.mention} - introducing myself", cc=(champion(a),)), a.first


def _newcomer_answers(n: int, a: Account) -> Scene:
    """A colleague replies to all from a mail client that started a thread of its own."""
    return _one(n, "newcomer-re", newcomer(a), f"RE: {a.second.opening}", answers=opening_id(a.second)), a.second


def _colleagues_take_over(n: int, a: Account) -> Scene:
    letters = _one(n, "over", ALICE, f"Documents: {a.first.name}", to=(champion(a), engineer(a)))
    letters += [Letter(newcomer(a), f"AW: Documents: {a.first.name}", f"over-{n}b@x.example", answers=letters[0].id)]
    return letters, a.first


def _only_open_deal_vague(n: int, a: Account) -> Scene:
    return _one(n, "only-vague", owner(a), VAGUE[(n + 5) % 12]), a.single


def _only_open_deal_named(n: int, a: Account) -> Scene:
    return _one(n, "only-named", owner(a), a.single.mention), a.single


def _only_open_deal_drifted(n: int, a: Account) -> Scene:
    return _one(n, "only-drift", owner(a), a.single.drift), a.single


def _clerk_about_the_deal(n: int, a: Account) -> Scene:
    return _one(n, "clerk", clerk(a), f"{a.single.mention}: from the office", cc=(owner(a),)), a.single


def _clerk_administers(n: int, a: Account) -> Scene:
    return _one(n, "clerk-admin", clerk(a), ADMINISTRATION[n]), None


def _chatter_of_the_owner(n: int, a: Account) -> Scene:
    return _one(n, "chatter", owner(a), CHATTER[n]), None


def _chatter_of_the_champion(n: int, a: Account) -> Scene:
    return _one(n, "chatter-big", champion(a), CHATTER[(n + 4) % 12]), None


def _owner_needs_help(n: int, a: Account) -> Scene:
    """With something bought years ago."""
    return _one(n, "help", owner(a), HELP[n]), None


def _engineer_administers(n: int, a: Account) -> Scene:
    return _one(n, "engineer-admin", engineer(a), ADMINISTRATION[(n + 6) % 12]), None


def _private_address_names_the_deal(n: int, a: Account) -> Scene:
    return _one(n, "private", private(a), a.single.mention), a.single


def _private_address_sends_greetings(n: int, a: Account) -> Scene:
    return _one(n, "private-chat", private(a), CHATTER[(n + 7) % 12]), None


def _unknown_free_mail(n: int, a: Account) -> Scene:
    """Somebody whom nothing in the store ties to the customer."""
    return _one(n, "free", f"Someone <someone{n}@gmail.com>", a.single.opening), None


def _agency_names_the_client(n: int, a: Account) -> Scene:
    if n % 2:
        return _one(n, "agency", consultant(a), f"{a.small} / {a.single.mention}"), a.single
    return _one(n, "agency", consultant(a), f"{a.large}: {a.first.mention}"), a.first


def _agency_is_vague(n: int, a: Account) -> Scene:
    return _one(n, "agency-vague", consultant(a), VAGUE[(n + 8) % 12]), (a.first, a.single)[n % 2]


def _agency_brings_its_client(n: int, a: Account) -> Scene:
    """The consultant writes, the client is copied: the client's deal, whatever the subject."""
    return _one(n, "agency-client", consultant(a), VAGUE[(n + 2) % 12], cc=(owner(a),)), a.single


def _agency_pitches_something_else(n: int, a: Account) -> Scene:
    return _one(n, "agency-new", consultant(a), "Another client of ours is looking for help"), None


def _quote_number(n: int, a: Account) -> Scene:
    return _one(n, "quote", champion(a), f"Re: {a.second.quote}"), a.second


def _their_own_number(n: int, a: Account) -> Scene:
    """A purchase order of another supplier that reads like our quote."""
    return _one(n, "po", clerk(a), f"PO {a.single.quote[2:]} of last year"), None


def _answer_to_an_old_mail_on_something_new(n: int, a: Account) -> Scene:
    """People look for any mail with the address and press reply. Rare in life: at every fourth account."""
    if n % 4:
        return _one(n, "old-mail", champion(a), f"Re: {a.second.opening}", answers=opening_id(a.second)), a.second
    return _one(n, "old-mail", champion(a), f"Re: {a.second.opening}", answers=opening_id(a.second)), a.first


def _misleading_subject(n: int, a: Account) -> Scene:
    """Both deals are in it: the subject names one, the thread hangs on the other."""
    return _one(n, "mislead", champion(a), a.second.mention, answers=opening_id(a.first)), a.first


def _same_subject_again(n: int, a: Account) -> Scene:
    return _one(n, "again", champion(a), f"WG: {a.first.opening}"), a.first


def _closed_deal(n: int, a: Account) -> Scene:
    """Closed a week ago: questions on delivery belong to it. Closed last year: they are for the help desk."""
    return _one(n, "closed", owner(a), a.past.mention), a.past if n % 2 else None


def _forwarded_by_an_outsider(n: int, a: Account) -> Scene:
    """A stranger got the thread from the customer and writes to us."""
    stranger = f"Installer <office@installer{n}.example>"
    return _one(n, "forward", stranger, f"Fwd: {a.single.opening}", answers=opening_id(a.single)), a.single


def _customer_with_an_outsider(n: int, a: Account) -> Scene:
    stranger = f"Bank <loans@bank{n}.example>"
    return _one(n, "bank", stranger, f"Financing of {a.single.name}", cc=(owner(a),)), a.single


def _stranger(n: int, _a: Account) -> Scene:
    return _one(n, "stranger", f"Sales <hello@vendor{n}.example>", "Grow your pipeline"), None


def _both_deals_at_once(n: int, a: Account) -> Scene:
    """About neither more than the other: a person should decide."""
    return _one(n, "both", champion(a), f"{a.first.name} and {a.second.name}"), None


_SCENARIOS: tuple[Scenario, ...] = (
    _subject_names_the_deal,
    _subject_names_the_first_deal,
    _names_the_whole_deal,
    _answer_with_drifted_subject,
    _drift_without_references,
    _vague_from_contact_in_two_deals,
    _vague_from_the_engineer,
    _newcomer_names_the_deal,
    _newcomer_answers,
    _colleagues_take_over,
    _only_open_deal_vague,
    _only_open_deal_named,
    _only_open_deal_drifted,
    _clerk_about_the_deal,
    _clerk_administers,
    _chatter_of_the_owner,
    _chatter_of_the_champion,
    _owner_needs_help,
    _engineer_administers,
    _private_address_names_the_deal,
    _private_address_sends_greetings,
    _unknown_free_mail,
    _agency_names_the_client,
    _agency_is_vague,
    _agency_brings_its_client,
    _agency_pitches_something_else,
    _quote_number,
    _their_own_number,
    _answer_to_an_old_mail_on_something_new,
    _misleading_subject,
    _same_subject_again,
    _closed_deal,
    _forwarded_by_an_outsider,
    _customer_with_an_outsider,
    _stranger,
    _both_deals_at_once,
)
