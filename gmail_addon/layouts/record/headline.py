"""The line under a record's name: what it is, in a few words."""

from app.records.seen import Seen
from gmail_addon.layouts.parts import closing_words, money_words
from gmail_addon.visit import Visit
from gmail_addon.wording import t


def subtitle(visit: Visit, record: Seen) -> str:
    """`Head of IT at Acme`, `Proposal · €12,500 · closes 12 Mar`, `T-0012 · Open`; else what its folder calls one."""
    words = {"contact": _person, "lead": _person, "company": _company, "deal": _deal}.get(record.kind, _other)
    return words(visit, record) or t(visit.catalog.folders[record.folder_id].singular)


def _person(_visit: Visit, person: Seen) -> str:
    title = person.data.get("title")
    company = person.company.name if person.company else person.data.get("company_name")
    if title and company:
        return t("{title} at {company}", title=title, company=company)
    return title or company or ""


def _company(_visit: Visit, company: Seen) -> str:
    return str(company.data.get("industry") or "")


def _deal(visit: Visit, deal: Seen) -> str:
    stage = visit.catalog.stages.get(deal.stage_id or "")
    said = (t(stage.name) if stage else "", money_words(visit, deal), closing_words(visit, deal))
    return " · ".join(filter(None, said))


def _other(_visit: Visit, record: Seen) -> str:
    said = (record.data.get("number"), t(record.status) if record.status else "")
    return " · ".join(str(each) for each in said if each)
