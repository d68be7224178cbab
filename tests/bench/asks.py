"""What the record engine is asked: of the endpoints in this process, over HTTP, and of PostgreSQL by hand."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from sqlmodel import Session, col, select

from app.api.journey import StageMove
from app.api.records import NewRecord
from models import Folder, Member, Pipeline, Stage
from tests.bench import by_hand_sql, store
from tests.bench.by_hand import ByHand, added, anew
from tests.bench.inside import Inside, authorization
from tests.bench.load import request

AMOUNT = 5_000
"""In units of the currency; about half of the deals are worth more."""
FILTER = json.dumps(
    {"and": [{"field": "owner", "op": "is", "value": "me"}, {"field": "amount", "op": "at_least", "value": AMOUNT}]}
)


class Place:
    """The store of the engine's size, and the ids in it that questions need."""

    def __init__(self, api: Inside, hand: ByHand) -> None:
        self.api, self.hand = api, hand
        with Session(api.context.engine) as session:
            self.folders = {folder.kind: folder.id for folder in session.exec(select(Folder))}
            deals = Pipeline.folder_id == self.folders["deal"]
            self.pipeline = session.exec(select(Pipeline).where(deals)).one().id
            stages = select(Stage).where(Stage.pipeline_id == self.pipeline).order_by(col(Stage.position))
            self.stages = list(session.exec(stages))
            self.members = {member.email: member.id for member in session.exec(select(Member))}


class Ask(ABC):
    """One kind of question, and how many of it are asked; each has a number, which decides who asks and about what."""

    name: ClassVar[str]
    expect: ClassVar[bytes]
    """What is in every answer."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def ours(self, number: int) -> bytes:
        """The answer, without HTTP."""

    @abstractmethod
    def by_hand(self, number: int) -> Callable[[], object]:
        """What does the same by hand: made ready here, to be timed there. It comes after `ours`."""

    @abstractmethod
    def request(self, number: int) -> bytes:
        """The question as raw HTTP."""

    def check(self, number: int, answer: bytes) -> None:  # noqa: B027
        """Raise AssertionError if the answer by hand is another; for what can be asked twice."""

    def before(self, number: int) -> None:  # noqa: B027
        """Make the question ready, if it needs that."""


class AboutPerson(Ask):
    name, expect = "contact by email with all around", b'"entries":[{'

    def ours(self, number: int) -> bytes:
        return self.place.api.person(_busy(number), rep=_rep(number))

    def by_hand(self, number: int) -> Callable[[], object]:
        return lambda: self.place.hand.person(_busy(number))

    def request(self, number: int) -> bytes:
        return _request("GET", f"/people/{_busy(number)}", number)


class CreateContact(Ask):
    name, expect = "create contact", b'"kind":"contact"'

    def ours(self, number: int) -> bytes:
        body = NewRecord(values=_contact(number))
        answer = self.place.api.change("create_record", rep=_rep(number), folder_id=self._folder, body=body)
        self._made = json.loads(answer)["id"]
        return answer

    def by_hand(self, number: int) -> Callable[[], object]:  # noqa: ARG002
        rows = anew(self.place.hand.written(by_hand_sql.NEW_CONTACT, self._made))
        return lambda: self.place.hand.create(rows)

    def request(self, number: int) -> bytes:
        return _request("POST", f"/folders/{self._folder}/records", number, {"values": _contact(number)})

    @property
    def _folder(self) -> str:
        return self.place.folders["contact"]


class MoveStage(Ask):
    """Deals that are open and have been moved before: a first move changes the lifecycle of who they are about, too."""

    name, expect = "move stage", b'"kind":"deal"'

    def before(self, number: int) -> None:
        self._move(number, steps=1)
        self._known = self._written(number)

    def ours(self, number: int) -> bytes:
        return self._move(number, steps=2)

    def by_hand(self, number: int) -> Callable[[], object]:
        rows = anew(added(self._known, self._written(number)))
        deal, stage = _open_deal(number), self._stage(number, steps=3)
        return lambda: self.place.hand.move(deal, stage.id, stage.probability, rows)

    def request(self, number: int) -> bytes:
        body = {"stage_id": self._stage(number, steps=1).id}
        return _request("PUT", f"/records/{_open_deal(number)}/stage", number, body)

    def _move(self, number: int, *, steps: int) -> bytes:
        body = StageMove(stage_id=self._stage(number, steps=steps).id)
        return self.place.api.change("move_stage", rep=_rep(number), record_id=_open_deal(number), body=body)

    def _stage(self, number: int, *, steps: int) -> Stage:
        return self.place.stages[(number + steps) % 5]

    def _written(self, number: int) -> Any:
        return self.place.hand.written(by_hand_sql.STAGE_MOVE, _open_deal(number))


class ViewPage(Ask):
    name, expect = "filtered and sorted page of 50", b'"kind":"deal"'

    def ours(self, number: int) -> bytes:
        return self.place.api.ask(
            "list_records",
            rep=_rep(number),
            folder_id=self.place.folders["deal"],
            filter=FILTER,
            sort="-close_on",
            limit=50,
        )

    def by_hand(self, number: int) -> Callable[[], object]:
        owner = self.place.members[f"rep{_rep(number)}@seller.example"]
        return lambda: self.place.hand.page(self.place.folders["deal"], owner, AMOUNT * 100)

    def request(self, number: int) -> bytes:
        query = urlencode({"filter": FILTER, "sort": "-close_on", "limit": 50})
        return _request("GET", f"/folders/{self.place.folders['deal']}/records?{query}", number)


class NameSearch(Ask):
    name, expect = "name search", b'"kind":"contact"'

    def ours(self, number: int) -> bytes:
        return self.place.api.ask("search", rep=_rep(number), q=f"person {_sought(number)}")

    def by_hand(self, number: int) -> Callable[[], object]:
        return lambda: self.place.hand.search("person", str(_sought(number)))

    def check(self, number: int, answer: bytes) -> None:
        records, entries = self.place.hand.search("person", str(_sought(number)))
        by_hand = list(dict.fromkeys(row[0] for row in [*records, *entries]))[:20]
        ours = [(hit["record"] or hit["entry"])["id"] for hit in json.loads(answer)["items"]]
        if ours != by_hand:
            raise AssertionError(f"{self.name} {_sought(number)}: {ours}, by hand {by_hand}")

    def request(self, number: int) -> bytes:
        return _request("GET", f"/search?{urlencode({'q': f'person {_sought(number)}'})}", number)


class BoardSums(Ask):
    name, expect = "board sums", b'"weighted":'

    def ours(self, number: int) -> bytes:
        return self.place.api.ask("get_board", rep=_rep(number), pipeline_id=self.place.pipeline, limit=0)

    def by_hand(self, number: int) -> Callable[[], object]:  # noqa: ARG002
        return lambda: self.place.hand.board([stage.id for stage in self.place.stages])

    def request(self, number: int) -> bytes:
        return _request("GET", f"/pipelines/{self.place.pipeline}/board?limit=0", number)


ASKS: tuple[type[Ask], ...] = (AboutPerson, CreateContact, MoveStage, ViewPage, NameSearch, BoardSums)


def _rep(number: int) -> int:
    return number % store.REPS


def _busy(number: int) -> str:
    """Someone with a full timeline: the store gives none to every fourth."""
    return store.address(number * 7919 % (store.ENGINE.contacts // 4) * 4 + 1)


def _sought(number: int) -> int:
    return 10_000 + number * 7919 % (store.ENGINE.contacts - 10_000)


def _open_deal(number: int) -> str:
    """The store has won every fifth."""
    return store.key("deal", number * 5 + 1)


def _contact(number: int) -> dict[str, str]:
    return {
        "name": f"Newcomer {number}",
        "email": f"newcomer{number}@company{number}.example",
        "phone": f"+49301{number:07d}",
        "title": "Head of Purchasing",
        "company": store.key("company", number),
    }


def _request(method: str, path: str, number: int, body: Any = None) -> bytes:
    headers = {"Authorization": authorization(_rep(number)), "Content-Type": "application/json"}
    return request(method, f"/api/v1{path}", headers, b"" if body is None else json.dumps(body).encode())
