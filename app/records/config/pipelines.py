"""Pipelines of a configuration, with their stages."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.core.errors import InvalidInput
from app.records.config.fields import folder_named
from app.records.config.noun import REQUIRED, Item, Noun, Work, completed, shortened
from app.records.pipelines import archive_pipeline, change_pipeline, create_pipeline, pipelines_of
from app.records.stage_making import Step
from app.records.stages import add_stage, archive_stage, change_stage, stages_in
from models import Folder, Pipeline, Stage

_STEP = {"name": REQUIRED, "probability": 0, "color": "", "stale_after": None, "required": []}
_STAGE = {**_STEP, "outcome": "open"}


class Pipelines(Noun):
    """Of the stages, those that win and lose are told by that, the others by their names."""

    name = "pipelines"
    keys: ClassVar[Mapping[str, Any]] = {"folder": REQUIRED, "name": REQUIRED, "stages": REQUIRED}

    def title(self, item: Item) -> str:
        return f"{item['folder']}/{item['name']}"

    def complete(self, given: Any) -> Item:
        item = super().complete(given)
        if not isinstance(item["stages"], list):
            raise InvalidInput("pipelines: stages is a list.", field="pipelines")
        item["stages"] = [completed("stages", _STAGE, stage) for stage in item["stages"]]
        if sorted(stage["outcome"] for stage in item["stages"] if stage["outcome"] != "open") != ["lost", "won"]:
            raise InvalidInput("stages: exactly one has the outcome won, and one lost.", field="pipelines")
        return item

    def brief(self, item: Item) -> Item:
        return {**item, "stages": [shortened(_STAGE, stage) for stage in item["stages"]]}

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        return [(each, self._item(work, each)) for each in pipelines_of(work.session, viewer=work.viewer)]

    def create(self, work: Work, item: Item) -> None:
        folder = folder_named(work, item["folder"])
        steps = [_step(stage) for stage in item["stages"] if stage["outcome"] == "open"]
        made = create_pipeline(work.session, viewer=work.viewer, folder_id=folder.id, name=item["name"], steps=steps)
        self.change(work, made, {}, item)

    def change(self, work: Work, row: Pipeline, now: Item, wanted: Item) -> None:  # noqa: ARG002
        """New stages first, so that those that go have where to send their records."""
        names = {stage["name"] for stage in wanted["stages"] if stage["outcome"] == "open"}
        there = {_title(stage): stage for stage in self._stages(work, row)}
        for stage in wanted["stages"]:
            if _told_by(stage) not in there:
                made = add_stage(work.session, viewer=work.viewer, pipeline_id=row.id, step=_step(stage))
                there[made.name] = made
        for stage in [each for each in there.values() if each.outcome == "open" and each.name not in names]:
            to = next(each.id for each in there.values() if each.outcome == "open" and each.name in names)
            archive_stage(work.session, viewer=work.viewer, stage_id=stage.id, to=to)
        for place, stage in enumerate(wanted["stages"]):
            changes = {key: stage[key] for key in _STEP}
            stage_id = there[_told_by(stage)].id
            change_stage(work.session, viewer=work.viewer, stage_id=stage_id, changes=changes, position=place)

    def remove(self, work: Work, row: Pipeline) -> None:
        archive_pipeline(work.session, viewer=work.viewer, pipeline_id=row.id)

    def arrange(self, work: Work, items: Sequence[Item]) -> None:
        titles = [self.title(item) for item in items]
        for pipeline, item in self.read(work):
            if (title := self.title(item)) in titles:
                before = [each for each in titles[: titles.index(title)] if each.startswith(f"{item['folder']}/")]
                if pipeline.position != len(before):
                    chosen: dict[str, Any] = {"viewer": work.viewer, "pipeline_id": pipeline.id}
                    change_pipeline(work.session, **chosen, position=len(before))

    def _item(self, work: Work, pipeline: Pipeline) -> Item:
        stages = [{key: getattr(stage, key) for key in _STAGE} for stage in self._stages(work, pipeline)]
        folder = work.session.get_one(Folder, pipeline.folder_id)
        return {"folder": folder.name, "name": pipeline.name, "stages": stages}

    def _stages(self, work: Work, pipeline: Pipeline) -> Sequence[Stage]:
        return stages_in(work.session, pipeline=pipeline)


def _step(stage: Item) -> Step:
    return Step(**{key: stage[key] for key in _STEP})


def _told_by(stage: Item) -> str:
    return str(stage["name"] if stage["outcome"] == "open" else f"/{stage['outcome']}")


def _title(stage: Stage) -> str:
    return _told_by({"name": stage.name, "outcome": stage.outcome})
