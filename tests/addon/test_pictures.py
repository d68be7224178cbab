"""My pipeline as a picture, fetched by Google's servers without a session."""

from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import col, select

from app.core.database import transaction
from app.records.deals import create_deal, stages_of
from gmail_addon.pictures import PURPOSE
from gmail_addon.pipeline import Bar
from gmail_addon.pipeline_picture import MOST_BARS, draw_pipeline
from models import Member
from tests.addon.conftest import Desk
from tests.addon.sidebar import BASE_URL, nodes, texts


def pipeline_image(desk: Desk) -> dict[str, str]:
    bob = desk.sit(desk.cast.bob)
    return next(node for node in nodes(bob.home()) if "pipeline.png" in str(node.get("imageUrl", "")))


def test_the_picture_and_its_words_show_my_open_deals(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        stages = stages_of(session, viewer=cast.alice)
        for name, stage, amount in (("One", 0, "100"), ("Two", 0, "50.50"), ("Three", 1, "1000")):
            values = {"name": name, "stage": stages[stage].id, "amount": amount}
            create_deal(session, viewer=cast.bob, values=values)
        create_deal(session, viewer=cast.carol, values={"name": "Hers", "amount": "777"})
        first, second = stages[0].name, stages[1].name
    shown = pipeline_image(desk)
    assert f"{first}: 2 · €150.50" in shown["altText"]
    assert f"{second}: 1 · €1,000" in shown["altText"]
    assert "777" not in shown["altText"]
    bob = desk.sit(cast.bob)
    assert "3 open deals, €1,150.50" in texts(bob.home())
    answer = desk.client.get(shown["imageUrl"].removeprefix(BASE_URL))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"].startswith("private, max-age=")
    picture = Image.open(BytesIO(answer.content))
    assert picture.format == "PNG"
    assert picture.width == 720
    assert len(answer.content) < 50_000


def test_nobody_without_deals_gets_a_picture(desk: Desk) -> None:
    with pytest.raises(StopIteration):
        pipeline_image(desk)


def test_an_address_that_is_not_ours_shows_nothing(desk: Desk) -> None:
    vault, member = desk.context.vault, desk.cast.bob.member_id
    good = vault.sign(PURPOSE, member, seconds=60)
    assert desk.client.get("/addon/gmail/pipeline.png", params={"key": good}).status_code == 200
    wrong = (
        "",
        "x",
        good[:-2],
        f"x{good}",
        vault.sign("connect", member, seconds=60),
        vault.sign(PURPOSE, member, seconds=-1),
        vault.sign(PURPOSE, "0" * 26, seconds=60),
    )
    for key in wrong:
        answer = desk.client.get("/addon/gmail/pipeline.png", params={"key": key})
        assert (answer.status_code, answer.content) == (404, b"Not found")
    with transaction(desk.context.engine) as session:
        session.scalars(select(Member).where(col(Member.id) == member)).one().active = False
    assert desk.client.get("/addon/gmail/pipeline.png", params={"key": good}).status_code == 404


def test_any_name_and_any_amount_is_drawn() -> None:
    names = ("Проспект", "報價", "見積もり", "عرض", "🎉", "x" * 500, "a\nb", "")
    bars = [Bar(name, 10**6, 10**17, 3) for name in names] + [Bar("None", 0, None, 0)] * 20
    picture = Image.open(BytesIO(draw_pipeline(bars, currency="EUR")))
    assert picture.height < 100 * (MOST_BARS + 1)
    assert Image.open(BytesIO(draw_pipeline([], currency="EUR"))).width == 720
