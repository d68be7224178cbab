"""From what was typed into inputs to values for the services; related records are found, asked about, or made."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput, SidenoteError
from app.core.hot import reader_of
from app.records.deals import create_staged
from app.records.picking import goal_of
from app.workspaces.access import may_create
from gmail_addon.actions.contacts import company_named
from gmail_addon.field_inputs import Input, RecordInput
from gmail_addon.layouts.forms.record_form import Question
from gmail_addon.parameters import identifier
from gmail_addon.record_form import NEW, RecordForm, item_digests
from gmail_addon.refusals import refusal_words
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Folder


class Asked(InvalidInput):
    """The form comes back with a question."""

    def __init__(self, message: str, question: Question, *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.question = question


def values_of(
    session: Session, visit: Visit, form: RecordForm, inputs: Iterable[Input], now: Mapping[str, Any]
) -> dict[str, object]:
    """What the services are to write for these inputs; `now` are the stored values. Raises Asked, InvalidInput."""
    resolving = _Resolving(session, visit, form)
    return {
        one.key: resolving.records(one)
        if isinstance(one, RecordInput)
        else one.value(form.typed[one.key], now.get(one.key))
        for one in inputs
    }


class _Resolving:
    def __init__(self, session: Session, visit: Visit, form: RecordForm) -> None:
        self.session, self.visit, self.form = session, visit, form

    def records(self, one: RecordInput) -> object:
        items, decided = one.items(self.form.typed[one.key]), self.form.picked.get(one.key, {})
        ids = [
            self._record(one, item, mark, decided.get(mark))
            for item, mark in zip(items, item_digests(items), strict=True)
        ]
        return one.chosen(ids)

    def _record(self, one: RecordInput, item: str, mark: str, decided: str | None) -> str:
        if decided == NEW:
            return self._made(one, item)
        if decided:
            return identifier(decided)
        found = one.found(reader_of(self.session), item)
        if len(found) == 1:
            return found[0].id
        if found:
            sentence = t("{field}: several are called {name}. Which one is it?", field=one.field.name, name=item)
            raise Asked(sentence, Question(one.key, mark, choices=found), field=one.key)
        if self._comes_along(one):
            return self._company(item)
        raise self._unknown(one, item, mark)

    def _comes_along(self, one: RecordInput) -> bool:
        """A person's company is made with them."""
        folder = self._folder(one)
        is_employer = one.field.column == "company_id" and self.form.folder.kind in ("contact", "lead")
        return is_employer and folder is not None and may_create(self.visit.viewer, folder.id)

    def _company(self, name: str) -> str:
        return company_named(self.session, self.visit, name=name, domain=self._domain()).id

    def _domain(self) -> str:
        addresses = self.form.typed.get("email", ())
        return "".join(addresses).split(",")[0].rpartition("@")[2].strip()

    def _unknown(self, one: RecordInput, item: str, mark: str) -> SidenoteError:
        folder = self._folder(one)
        if folder is None or not may_create(self.visit.viewer, folder.id):
            return one.refuse(t("{field}: there is no {name} that you can see.", field=one.field.name, name=item))
        sentence = t("{field}: there is no {name} yet.", field=one.field.name, name=item)
        making = t("Create {name}", name=item[:40])
        return Asked(sentence, Question(one.key, mark, makes=making), field=one.key)

    def _made(self, one: RecordInput, name: str) -> str:
        folder = self._folder(one)
        if folder is None:
            raise one.refuse(t("{field}: there is no {name} that you can see.", field=one.field.name, name=name))
        owned = self.session.get_one(Folder, folder.id)
        try:
            made = create_staged(
                self.session, viewer=self.visit.viewer, folder=owned, values={"name": name}, via="card"
            )
        except InvalidInput as error:
            raise one.refuse(
                t("{field}: {name} needs more. {why}", field=one.field.name, name=name, why=refusal_words(error))
            ) from None
        return made.id

    def _folder(self, one: RecordInput) -> Folder | None:
        """Where records are made that the field leads to."""
        goal = goal_of(one.field)
        return (
            self.visit.catalog.folders.get(goal.folder_id)
            if goal.folder_id
            else self.visit.catalog.folder_of(goal.kind)
        )
