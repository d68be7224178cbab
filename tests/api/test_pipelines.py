"""Pipelines, their stages and boards, and records on their way through them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from app.api.pipeline_shape import board_out
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Forbidden
from app.records.board import board
from app.records.deals import create_deal, move_stage, stages_of
from models import Event, FieldChange, Record, Stage, StageChange
from tests.api.office import Office, made

PIPELINES = "/api/v1/pipelines"


def pipeline(office: Office, name: str = "Sales") -> dict[str, Any]:
    return next(each for each in office.alice.get(PIPELINES).json()["items"] if each["name"] == name)


def stage(office: Office, name: str, of: str = "Sales") -> str:
    return next(each["id"] for each in pipeline(office, of)["stages"] if each["name"] == name)


def new_deal(office: Office, client: httpx.Client | None = None, **values: object) -> dict[str, Any]:
    body = {"values": {"name": "Crusher", **values}}
    return made((client or office.bob).post(f"/api/v1/folders/{office.folder('deal')}/records", json=body))


def move(client: httpx.Client, deal: str, to: str, **body: object) -> httpx.Response:
    return client.put(f"/api/v1/records/{deal}/stage", json={"stage_id": to, **body})


def columns(client: httpx.Client, pipeline_id: str, **params: object) -> dict[str, dict[str, Any]]:
    answer = client.get(f"{PIPELINES}/{pipeline_id}/board", params=params)
    assert answer.status_code == 200, answer.text
    return {column["stage"]["name"]: column for column in answer.json()["columns"]}


def test_two_pipelines_and_a_move_that_lacks_fields(office: Office):
    deals = office.folder("deal")
    steps = [{"name": "Due"}, {"name": "Offered", "probability": 60, "required": ["amount", "next_step"]}]
    renewals = made(office.alice.post(PIPELINES, json={"folder_id": deals, "name": "Renewals", "stages": steps}))
    assert [(each["name"], each["outcome"]) for each in renewals["stages"]] == [
        ("Due", "open"),
        ("Offered", "open"),
        ("Won", "won"),
        ("Lost", "lost"),
    ]
    offered, deal = renewals["stages"][1]["id"], new_deal(office)
    refused = move(office.bob, deal["id"], offered)
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["type"] == "urn:sidenote:problem:fields_missing"
    assert problem["missing"] == ["amount", "next_step"]
    assert "Amount, Next step" in problem["detail"]
    moved = move(office.bob, deal["id"], offered, values={"amount": "1200.50", "next_step": "Call"})
    assert moved.status_code == 200, moved.text
    values = moved.json()["values"]
    assert (values["stage"], values["probability"], values["amount"]) == (offered, 60, 120050)
    assert moved.headers["ETag"] == f'"{moved.json()["version"]}"' == '"2"'
    assert columns(office.bob, renewals["id"])["Offered"]["count"] == 1
    assert sum(column["count"] for column in columns(office.bob, pipeline(office)["id"]).values()) == 0


def test_a_stage_that_asks_for_fields_asks_new_deals_too(office: Office):
    first = stage(office, "Prospecting")
    office.alice.patch(f"/api/v1/stages/{first}", json={"required": ["amount"]})
    answer = office.bob.post(f"/api/v1/folders/{office.folder('deal')}/records", json={"values": {"name": "Crusher"}})
    assert (answer.status_code, answer.json()["missing"]) == (422, ["amount"])
    assert new_deal(office, amount="5")["values"]["stage"] == first


def test_board_sums_equal_what_sql_says(office: Office):
    for number in range(1, 7):
        deal = new_deal(office, name=f"Deal {number}", amount=f"{number}00.01")
        if number % 2:
            move(office.bob, deal["id"], stage(office, "Proposal"), values={"probability": number * 10})
    new_deal(office, office.carol, name="Carols", amount="9999")
    seen = columns(office.bob, pipeline(office)["id"], limit=2, sort="-amount")
    with transaction(office.engine) as session:
        by_hand = session.execute(
            text(
                "SELECT stage.name, COUNT(*), SUM(amount), SUM(amount * record.probability)"
                " FROM record JOIN stage ON stage.id = stage_id"
                " WHERE record.kind = 'deal' AND owner_id = :bob GROUP BY stage.name"
            ),
            {"bob": office.cast.bob.member_id},
        ).all()
    for name, count, amount, weighed in by_hand:
        column = seen[name]
        assert (column["count"], column["amount"]) == (count, int(amount))
        assert abs(column["weighted"] - int(weighed) / 100) <= 0.5
        assert column["other_currencies"] == []
    assert [card["name"] for card in seen["Proposal"]["cards"]] == ["Deal 5", "Deal 3"]
    assert seen["Proposal"]["cards"][0]["expanded"]["owner"]["name"] == "Bob Berg"
    assert (seen["Won"]["count"], seen["Won"]["amount"], seen["Won"]["cards"]) == (0, 0, [])
    assert columns(office.alice, pipeline(office)["id"])["Prospecting"]["count"] == 4


def test_a_board_is_filtered(office: Office):
    for amount in ("100", "200", "300"):
        new_deal(office, amount=amount)
    wanted = '{"field": "amount", "op": "at_least", "value": 20000}'
    column = columns(office.bob, pipeline(office)["id"], filter=wanted)["Prospecting"]
    assert (column["count"], column["amount"]) == (2, 50000)
    board = f"{PIPELINES}/{pipeline(office)['id']}/board"
    for params in ({"filter": "[]"}, {"filter": "{"}, {"filter": '{"field": "x", "op": "is"}'}, {"sort": "nothing"}):
        assert office.bob.get(board, params=params).status_code == 422, params


def test_a_deal_goes_stale(office: Office):
    fresh, old = new_deal(office), new_deal(office)
    with transaction(office.engine) as session:
        entered = utcnow() - timedelta(days=15)
        session.execute(update(Record).where(col(Record.id) == old["id"]).values(stage_entered_at=entered))
    cards = columns(office.bob, pipeline(office)["id"])["Prospecting"]["cards"]
    assert {card["id"]: (card["stale"], card["days_in_stage"]) for card in cards} == {
        fresh["id"]: (False, 0),
        old["id"]: (True, 15),
    }


def test_a_stage_keeps_its_history_when_it_is_renamed_and_when_it_goes(office: Office):
    proposal, negotiation = stage(office, "Proposal"), stage(office, "Negotiation")
    deals = [new_deal(office), new_deal(office, office.carol)]
    for deal, client in zip(deals, (office.bob, office.carol), strict=True):
        assert move(client, deal["id"], proposal).status_code == 200
    renamed = office.alice.patch(f"/api/v1/stages/{proposal}", json={"name": "Offer"})
    assert (renamed.status_code, renamed.json()["id"], renamed.json()["name"]) == (200, proposal, "Offer")
    assert office.alice.delete(f"/api/v1/stages/{proposal}").status_code == 422
    for target in (proposal, stage(office, "Won"), "nowhere"):
        refused = office.alice.delete(f"/api/v1/stages/{proposal}", params={"to": target})
        assert (refused.status_code, refused.json()["field"]) == (422, "to")
    closed = office.alice.delete(f"/api/v1/stages/{proposal}", params={"to": negotiation})
    assert (closed.status_code, closed.json()["moved"]) == (200, 2)
    for deal, client in zip(deals, (office.bob, office.carol), strict=True):
        now = client.get(f"/api/v1/records/{deal['id']}").json()
        assert (now["values"]["stage"], now["values"]["probability"], now["version"]) == (negotiation, 75, 3)
        path = client.get(f"/api/v1/records/{deal['id']}/stage-path").json()
        assert [stay["stage"] for stay in path["stays"]] == ["Prospecting", "Offer", "Negotiation"]
    with transaction(office.engine) as session:
        changes = [change for change in session.scalars(select(FieldChange)) if change.new == negotiation]
        assert [(change.key, change.old) for change in changes] == [("stage", proposal)] * 2
        told = session.scalars(select(Event).where(col(Event.type) == "stage.archived")).one()
        assert told.data["moved"] == 2
        assert session.get_one(Record, deals[0]["id"]).stage_entered_at == session.scalar(
            select(func.max(StageChange.entered_at))
        )
    assert move(office.bob, deals[0]["id"], proposal).status_code == 422
    assert "Offer" not in columns(office.bob, pipeline(office)["id"])


def test_a_pipeline_keeps_an_open_stage_and_both_ends(office: Office):
    body = {"folder_id": office.folder("deal"), "name": "Short", "stages": [{"name": "Only"}]}
    only, won, lost = made(office.alice.post(PIPELINES, json=body))["stages"]
    for each, other in ((only, won), (won, only), (lost, only)):
        answer = office.alice.delete(f"/api/v1/stages/{each['id']}", params={"to": other["id"]})
        assert answer.status_code == 409
    assert office.alice.patch(f"/api/v1/stages/{won['id']}", json={"probability": 50}).status_code == 422
    assert office.alice.post(PIPELINES, json={**body, "name": "None", "stages": []}).status_code == 422


def test_stages_are_added_ordered_and_coloured(office: Office):
    sales = pipeline(office)
    body = {"name": "Site visit", "probability": 40, "color": "#3AA0C9", "stale_after": 5}
    visit = made(office.alice.post(f"{PIPELINES}/{sales['id']}/stages", json=body))
    assert (visit["position"], visit["color"]) == (5, "#3aa0c9")
    office.alice.patch(f"/api/v1/stages/{visit['id']}", json={"position": 1, "stale_after": None})
    names = [each["name"] for each in pipeline(office)["stages"]]
    assert names[:3] == ["Prospecting", "Site visit", "Qualification"]
    for wrong in ({"color": "red"}, {"name": "won"}, {"required": ["nothing"]}, {"required": ["stage"]}):
        answer = office.alice.patch(f"/api/v1/stages/{visit['id']}", json=wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, next(iter(wrong)))


def test_pipelines_are_renamed_reordered_and_archived(office: Office):
    sales = pipeline(office)
    body = {"folder_id": sales["folder_id"], "name": "Renewals"}
    renewals = made(office.alice.post(PIPELINES, json=body))
    assert len(renewals["stages"]) == 7
    assert office.alice.post(PIPELINES, json={**body, "name": "sales"}).status_code == 422
    office.alice.patch(f"{PIPELINES}/{renewals['id']}", json={"position": 0, "name": "Again"})
    assert [each["name"] for each in office.bob.get(PIPELINES).json()["items"]] == ["Again", "Sales"]
    assert new_deal(office)["values"]["stage"] == renewals["stages"][0]["id"]
    assert office.alice.patch(f"{PIPELINES}/{sales['id']}", json={"archived": True}).json()["archived_at"]
    assert office.alice.patch(f"{PIPELINES}/{renewals['id']}", json={"archived": True}).status_code == 409
    assert [each["name"] for each in office.bob.get(PIPELINES).json()["items"]] == ["Again"]
    assert len(office.bob.get(PIPELINES, params={"archived": True}).json()["items"]) == 2
    assert move(office.bob, new_deal(office)["id"], sales["stages"][1]["id"]).status_code == 422
    assert office.alice.patch(f"{PIPELINES}/{sales['id']}", json={"archived": False}).json()["archived_at"] is None


def test_any_folder_may_have_a_pipeline(office: Office):
    tickets = office.folder("ticket")
    care = made(office.alice.post(PIPELINES, json={"folder_id": tickets, "name": "Care", "stages": [{"name": "In"}]}))
    ticket = made(office.bob.post(f"/api/v1/folders/{tickets}/records", json={"values": {"name": "Broken"}}))
    assert move(office.bob, ticket["id"], care["stages"][1]["id"]).status_code == 200
    assert office.bob.get(f"/api/v1/records/{ticket['id']}").json()["values"]["status"] == "New"
    assert columns(office.bob, care["id"])["Won"]["count"] == 1


def test_only_who_may_configure_changes_pipelines(office: Office):
    sales, first = pipeline(office), stage(office, "Prospecting")
    attempts: list[Callable[[httpx.Client], httpx.Response]] = [
        lambda client: client.post(PIPELINES, json={"folder_id": sales["folder_id"], "name": "Mine"}),
        lambda client: client.patch(f"{PIPELINES}/{sales['id']}", json={"name": "Mine"}),
        lambda client: client.post(f"{PIPELINES}/{sales['id']}/stages", json={"name": "Mine"}),
        lambda client: client.patch(f"/api/v1/stages/{first}", json={"name": "Mine"}),
        lambda client: client.delete(f"/api/v1/stages/{first}", params={"to": stage(office, "Proposal")}),
    ]
    for attempt in attempts:
        assert (attempt(office.bob).status_code, attempt(office.mallory).status_code) == (403, 404)
    for path in (f"{PIPELINES}/{sales['id']}", f"{PIPELINES}/{sales['id']}/board"):
        assert (office.bob.get(path).status_code, office.mallory.get(path).status_code) == (200, 404)
    assert sales["id"] not in {each["id"] for each in office.mallory.get(PIPELINES).json()["items"]}


def test_a_lost_deal_says_why(office: Office):
    deal, lost = new_deal(office), stage(office, "Lost")
    assert move(office.bob, deal["id"], lost).json()["field"] == "lost_reason"
    assert move(office.bob, deal["id"], lost, reason="other").json()["field"] == "lost_note"
    gone = move(office.bob, deal["id"], lost, reason="pricing", note="A third below us.").json()["values"]
    assert (gone["lost_reason"], gone["lost_note"]) == ("Pricing", "A third below us.")
    assert (gone["status"], gone["probability"]) == ("lost", 0)


def test_a_pinned_probability_stays_until_it_is_let_go(office: Office):
    deal = new_deal(office)["id"]
    probabilities = []
    for name, more in (
        ("Proposal", {"values": {"probability": 65}}),
        ("Negotiation", {}),
        ("Proposal", {"values": {"probability": 33}, "pin_probability": True}),
        ("Negotiation", {}),
        ("Proposal", {"pin_probability": False}),
        ("Won", {}),
    ):
        probabilities.append(move(office.bob, deal, stage(office, name), **more).json()["values"]["probability"])
    assert probabilities == [65, 75, 33, 33, 50, 100]


def test_a_won_deal_closes_today_unless_it_will_or_did(office: Office):
    today, won = utcnow().date(), stage(office, "Won")
    for before, given, after in (
        (None, {}, today),
        (today - timedelta(days=9), {}, today),
        (today + timedelta(days=9), {}, today + timedelta(days=9)),
        (None, {"close_on": "2026-01-05"}, "2026-01-05"),
    ):
        deal = new_deal(office, close_on=before and str(before))
        assert move(office.bob, deal["id"], won, values=given).json()["values"]["close_on"] == str(after)


def test_a_move_insists_on_the_version_it_saw(office: Office):
    deal = new_deal(office)["id"]
    path = f"/api/v1/records/{deal}/stage"
    body = {"stage_id": stage(office, "Proposal")}
    assert office.bob.put(path, json=body, headers={"If-Match": '"1"'}).status_code == 200
    assert office.bob.put(path, json=body, headers={"If-Match": '"1"'}).status_code == 412
    again = office.bob.put(path, json=body)
    assert (again.status_code, again.headers["ETag"]) == (200, '"2"')


def test_two_who_win_the_same_deal_at_once_win_it_once(office: Office):
    deal, won = new_deal(office)["id"], stage(office, "Won")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: move(client, deal, won), (office.bob, office.alice)))
    assert [answer.status_code for answer in answers] == [200, 200]
    with transaction(office.engine) as session:
        entered = select(func.count()).select_from(StageChange).where(col(StageChange.to_stage_id) == won)
        assert session.scalar(entered) == 1
        assert session.get_one(Record, deal).version == 2


def test_no_deal_is_left_in_a_stage_that_goes_meanwhile(office: Office):
    proposal, negotiation = stage(office, "Proposal"), stage(office, "Negotiation")
    deals = [new_deal(office)["id"] for _ in range(6)]
    with ThreadPoolExecutor(3) as pool:
        moves = [pool.submit(move, office.bob, deal, proposal) for deal in deals]
        closing = pool.submit(office.alice.delete, f"/api/v1/stages/{proposal}", params={"to": negotiation})
        assert closing.result().status_code == 200
        assert {each.result().status_code for each in moves} <= {200, 422}
    with transaction(office.engine) as session:
        assert session.get_one(Stage, proposal).archived_at
        assert session.scalars(select(Record).where(col(Record.stage_id) == proposal)).all() == []


def test_undoing_a_move_undoes_it_all(office: Office):
    deal, won = new_deal(office)["id"], stage(office, "Won")
    move(office.bob, deal, won)
    history = office.bob.get(f"/api/v1/records/{deal}/history").json()["items"]
    assert {change["key"] for change in history[0]["changes"]} >= {"stage", "status", "probability", "close_on"}
    batch = history[0]["batch"]
    values = made(office.bob.post(f"/api/v1/records/{deal}/undos", json={"batch": batch}))["values"]
    assert (values["status"], values["probability"], values["close_on"]) == ("open", 10, None)


def test_the_time_in_stages_sums_to_the_cycle(office: Office):
    """Created on day 0, back and forth, won on day 30."""
    deal = new_deal(office)["id"]
    for name in ("Proposal", "Prospecting", "Proposal", "Won"):
        move(office.bob, deal, stage(office, name))
    start = utcnow() - timedelta(days=40)
    with transaction(office.engine) as session:
        changes = session.scalars(select(StageChange).order_by(col(StageChange.id))).all()
        for change, day in zip(changes, (0, 10, 12, 20, 30), strict=True):
            change.entered_at = start + timedelta(days=day)
    path = office.bob.get(f"/api/v1/records/{deal}/stage-path").json()
    day = 24 * 3600
    assert path["cycle_seconds"] == 30 * day
    assert [stay["seconds"] for stay in path["stays"]] == [10 * day, 2 * day, 8 * day, 10 * day, 0]
    assert {each["stage"]: (each["visits"], each["seconds"]) for each in path["stages"]} == {
        "Prospecting": (2, 18 * day),
        "Proposal": (2, 12 * day),
        "Won": (1, 0),
    }
    assert office.carol.get(f"/api/v1/records/{deal}/stage-path").status_code == 404


def test_what_may_not_be_written_cannot_be_moved(office: Office):
    locked = replace(office.cast.bob.access, locked={office.folder("deal"): ["stage"]})
    bob = replace(office.cast.bob, access=locked)
    with transaction(office.engine) as session:
        deal = create_deal(session, viewer=bob, values={"name": "Crusher"})
        proposal = stages_of(session, viewer=bob)[3].id
        with pytest.raises(Forbidden):
            move_stage(session, viewer=bob, deal_id=deal.id, stage_id=proposal)
        with pytest.raises(Forbidden):
            create_deal(session, viewer=bob, values={"name": "Crusher", "stage": proposal})


def test_a_board_does_not_add_up_what_roles_hide(office: Office):
    new_deal(office, amount="100")
    deals = office.folder("deal")
    hiding = {"amount": {"amount": "amount"}, "probability": {"probability": "probability"}}
    seen = {}
    with transaction(office.engine) as session:
        for key, hidden in hiding.items():
            bob = replace(office.cast.bob, access=replace(office.cast.bob.access, hidden={deals: hidden}))
            found = board_out(session, bob, board(session, viewer=bob, pipeline_id=pipeline(office)["id"]))
            first, second = found.columns[:2]
            assert key not in first.cards[0].values
            assert (second.amount, second.weighted) == ((None, None) if key == "amount" else (0, None))
            seen[key] = (first.count, first.amount, first.weighted)
    assert seen == {"amount": (1, None, None), "probability": (1, 10000, None)}
