"""How clean the records are: what is wrong, missing, old or unused; and mending it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, refusals
from app.records.hygiene import STALE_DAYS, Finding, Fix, mend, report
from models import BulkEdit

FolderId = Annotated[str | None, Query(description="Of this folder alone.", examples=[EXAMPLE_ID])]
StaleDays = Annotated[int, Query(ge=1, le=3650, description="Days without anything after which a record is stale.")]


class SampleOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Dana Diaz"])
    detail: str = Field(examples=["dana@gmial.com: probably dana@gmail.com"])


class FixOut(BaseModel):
    """What would mend it: `edit` (writes `values`) or `archive` of the records, or `archive_field`.

    `choose` names the value that is for people to choose; what is proposed there is a start.
    """

    action: str = Field(examples=["edit"])
    says: str = Field(examples=["Give them an owner"])
    values: dict[str, Any] = Field(examples=[{"owner": EXAMPLE_ID}])
    choose: str = Field(examples=["owner"])
    filter: dict[str, Any] | None = Field(examples=[{"field": "owner", "op": "is_empty"}])


class FindingOut(BaseModel):
    """What a check found: how many records, and some of them. Without a `fix`, each is decided upon by itself."""

    check: str = Field(examples=["no_owner"])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    says: str = Field(examples=["have no owner"])
    count: int = Field(examples=[14])
    samples: list[SampleOut]
    fix: FixOut | None


class HygieneOut(BaseModel):
    items: list[FindingOut]


class NewFix(Body):
    """The finding to mend, by its check and folder; `values` replace those that the fix proposes."""

    folder_id: str = Field(examples=[EXAMPLE_ID])
    check: str = Field(examples=["no_owner"])
    values: dict[str, Any] = Field(default_factory=dict, examples=[{"owner": EXAMPLE_ID}])
    stale_days: int = Field(default=STALE_DAYS, ge=1, le=3650)


class MendedOut(BaseModel):
    """The bulk edit that mends it in the background and can be undone, or the field that was archived."""

    bulk_edit_id: str | None = Field(examples=[EXAMPLE_ID])
    field_id: str | None = Field(examples=[None])
    total: int = Field(description="Records that are being changed.", examples=[14])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/hygiene", tags=["records"])

    @routes.get("", operation_id="get_hygiene", responses=refusals(404))
    def found(caller: Called, folder_id: FolderId = None, stale_days: StaleDays = STALE_DAYS) -> HygieneOut:
        """What is wrong with the records that the caller may see, by folder, most records first."""
        with caller.read() as asked:
            items = report(asked.session, viewer=asked.viewer, folder_id=folder_id, stale_days=stale_days)
            return HygieneOut(items=[_shown(finding) for finding in items])

    @routes.post("/fixes", operation_id="mend", status_code=201, responses=refusals(403, 404, 409))
    def fix(caller: Called, body: NewFix) -> MendedOut:
        """Mend what a check found, as a bulk edit (`/bulk-edits` tells how far it is, and undoes it)."""
        with caller.write() as asked:
            mended = mend(
                asked.session,
                viewer=asked.viewer,
                folder_id=body.folder_id,
                check=body.check,
                values=body.values,
                stale_days=body.stale_days,
            )
            if isinstance(mended, BulkEdit):
                return MendedOut(bulk_edit_id=mended.id, field_id=None, total=mended.total)
            return MendedOut(bulk_edit_id=None, field_id=mended.id, total=0)

    return routes


def _shown(finding: Finding) -> FindingOut:
    samples = [SampleOut(id=one.id, name=one.name, detail=one.detail) for one in finding.samples]
    return FindingOut(
        check=finding.check,
        folder_id=finding.folder_id,
        says=finding.says,
        count=finding.count,
        samples=samples,
        fix=_fix(finding.fix) if finding.fix else None,
    )


def _fix(fix: Fix) -> FixOut:
    return FixOut(action=fix.action, says=fix.says, values=fix.values, choose=fix.choose, filter=fix.filter)
