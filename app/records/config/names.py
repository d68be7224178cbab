"""Names for ids, and ids for names, wherever they stand in a configuration: in options, filters, columns."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Folder, Member, Pipeline, Stage, Team, Territory


class Names:
    """Both ways for folders, stages, members, teams and territories: `01jd…` <-> `stage:Deals/Sales/Won`.

    A path such as `01jd….amount` is named by its head. What is no id, or of something else, stays.
    """

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._by_id = _named(session, workspace_id)
        self._by_name = {name: id for id, name in self._by_id.items()}

    def named(self, value: Any) -> Any:
        """A JSON value with names."""
        return _mapped(value, lambda text: _head(text, self._by_id))

    def ids(self, value: Any) -> Any:
        """A JSON value with ids."""
        return _mapped(value, lambda text: _tail(text, self._by_name))


def _named(session: Session, workspace_id: str) -> dict[str, str]:
    def rows(table: Any) -> list[Any]:
        return list(session.scalars(select(table).where(col(table.workspace_id) == workspace_id)))

    session.flush()
    folders = {folder.id: folder.name for folder in rows(Folder)}
    pipelines = {each.id: f"{folders[each.folder_id]}/{each.name}" for each in rows(Pipeline) if not each.archived_at}
    stages = [each for each in rows(Stage) if each.pipeline_id in pipelines and not each.archived_at]
    return {
        **{id: f"folder:{name}" for id, name in folders.items()},
        **{stage.id: f"stage:{pipelines[stage.pipeline_id]}/{stage.name}" for stage in stages},
        **{member.id: f"member:{member.email}" for member in rows(Member)},
        **{team.id: f"team:{team.name}" for team in rows(Team)},
        **{territory.id: f"territory:{territory.name}" for territory in rows(Territory)},
    }


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(each, change) for key, each in value.items()}
    return [_mapped(each, change) for each in value] if isinstance(value, list) else value


def _head(text: str, names: Mapping[str, str]) -> str:
    head, dot, rest = text.partition(".")
    return f"{names[head]}{dot}{rest}" if head in names else text


def _tail(text: str, ids: Mapping[str, str]) -> str:
    """Names may have dots of their own: the longest one counts."""
    if text in ids:
        return ids[text]
    head, dot, rest = text.rpartition(".")
    while dot:
        if head in ids:
            return f"{ids[head]}.{rest}"
        head, dot, more = head.rpartition(".")
        rest = f"{more}.{rest}"
    return text
