"""Requests at once about the same records: each is carried out, or told that somebody else was first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.api.office import Office, made

Ask = Callable[[], httpx.Response]


def new(office: Office, kind: str, **values: Any) -> str:
    body = {"values": {"name": "Quarry", **values}}
    return made(office.alice.post(f"/api/v1/folders/{office.folder(kind)}/records", json=body))["id"]


def answers(asks: list[Ask]) -> list[int]:
    with ThreadPoolExecutor(6) as pool:
        return [answer.status_code for answer in pool.map(lambda ask: ask(), asks)]


def test_batches_of_the_same_records_do_not_stop_each_other(office: Office):
    """Each starts where the other ends."""
    ids = [new(office, "contact") for _ in range(12)]
    url = f"/api/v1/folders/{office.folder('contact')}/record-batches"

    def batch(order: list[str], title: str) -> Ask:
        rows = [{"id": id, "values": {"title": title}} for id in order]
        return lambda: office.alice.post(url, json={"records": rows})

    asks = [batch(ids if turn % 2 else ids[::-1], f"Title {turn}") for turn in range(6)]
    assert answers(asks) == [200] * 6


def test_conversions_and_moves_of_deals_of_one_account_all_come_through(office: Office):
    company = new(office, "company", domain="quarry.example")
    contact = new(office, "contact", email="dana@quarry.example", company=company)
    deals = [new(office, "deal", company=company) for _ in range(3)]
    for deal in deals:
        link = office.alice.put(f"/api/v1/records/{deal}/links/{contact}", params={"label": "participant"})
        assert link.status_code == 200, link.text
    leads = [new(office, "lead", email=f"dana{number}@quarry.example") for number in range(4)]
    stages = office.alice.get("/api/v1/pipelines").json()["items"][0]["stages"]
    won = next(stage["id"] for stage in stages if stage["outcome"] == "won")

    def convert(lead: str) -> Ask:
        choice = {"contact_id": contact, "company_id": company, "deal": {"name": "Crusher", "company": company}}
        return lambda: office.alice.post(f"/api/v1/leads/{lead}/conversion", json=choice)

    def move(deal: str) -> Ask:
        return lambda: office.alice.put(f"/api/v1/records/{deal}/stage", json={"stage_id": won})

    asks = [ask for pair in zip(map(convert, leads), map(move, deals), strict=False) for ask in pair]
    assert set(answers([*asks, convert(leads[-1]), convert(leads[0])])) <= {200, 201, 409}
    held = office.alice.get(f"/api/v1/records/{contact}").json()["values"]
    assert held["open_deals"] == len(leads)
    assert len(held["email"]) == 1 + len(leads)
