"""What a signature offers to the records of its writer: the contact or lead, and their company."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from app.core.freemail import is_freemail
from app.records.keys import company_name_from_domain, domain_of, email_key
from sync.parse.signature import Details
from sync.proposals.offer import Proposal, Target, Why


def for_person(target: Target, details: Details, *, address: str) -> Iterator[Proposal | None]:
    """For the contact or lead that has this address; nothing for anyone else's record."""
    record = target.record
    if email_key(address) not in map(email_key, record.data.get("email") or ()):
        return
    if is_fuller(details.name, record.name):
        yield target.offer("name", details.name, why=Why.SIGNATURE, replaces=True)
    yield target.offer("title", details.title, why=Why.SIGNATURE)
    yield _phones(target, details.phones)
    yield _company(target, details.company)
    yield target.offer("linkedin", _first(details.links, "/in/"), why=Why.SIGNATURE)
    yield target.offer("address", details.address, why=Why.SIGNATURE, replaces=False)


def for_company(target: Target, details: Details, *, address: str) -> Iterator[Proposal | None]:
    """For the company whose domain the address is of. Its name is offered where the known one was only guessed."""
    domain = domain_of(address)
    if not domain or is_freemail(domain) or domain_of(str(target.record.data.get("domain") or "")) != domain:
        return
    guessed = target.record.name.casefold() in (company_name_from_domain(domain).casefold(), domain)
    yield target.offer("name", details.company, why=Why.SIGNATURE, replaces=guessed)
    own = next((link for link in details.links if domain_of(urlsplit(_web(link)).hostname or "") == domain), "")
    yield target.offer("website", _web(own), why=Why.SIGNATURE, replaces=False)
    yield target.offer("linkedin", _first(details.links, "/company/"), why=Why.SIGNATURE)
    yield target.offer("address", details.address, why=Why.SIGNATURE, replaces=False)


def is_fuller(name: str, known: str) -> bool:
    """Whether a name says all that the known one says, and more."""
    new, old = name.casefold().split(), known.casefold().split()
    return len(new) > len(old) and set(old) <= set(new)


def _phones(target: Target, phones: Sequence[str]) -> Proposal | None:
    """Numbers are added to those known, of which none is lost."""
    known: list[str] = target.record.data.get("phone") or []
    have = {_digits(number) for number in known}
    added = [number for number in phones if _digits(number) not in have]
    offered = target.offer("phone", [*known, *added], why=Why.SIGNATURE, replaces=True) if added else None
    return offered and replace(offered, shown=", ".join(added), current="", added=" ".join(added))


def _company(target: Target, company: str) -> Proposal | None:
    """A lead notes the name of a company; a contact's is a record, which is found or made by the name."""
    if target.record.kind == "lead":
        return target.offer("company_name", company, why=Why.SIGNATURE)
    if not company or target.record.company_id or not target.takes("company"):
        return None
    return Proposal("company", company, company, Why.SIGNATURE)


def _digits(number: str) -> str:
    """The last digits of a number, by which one with its country's code is found equal to one without."""
    return "".join(filter(str.isdigit, number))[-8:]


def _first(links: Sequence[str], path: str) -> str:
    """The first LinkedIn page of this sort: `/in/` are people, `/company/` companies."""
    return _web(next((link for link in links if f"linkedin.com{path}" in link.casefold()), ""))


def _web(link: str) -> str:
    return link if not link or link.casefold().startswith(("http://", "https://")) else f"https://{link}"
