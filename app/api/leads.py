"""`/api/v1/leads`: how a lead stands, and what it becomes."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.etags import IfMatch, give_etag, matched
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, refusals
from app.records import leads
from app.records.conversion import Choice, conversion_of, convert_lead

LeadId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Status = Literal["New", "Contacted", "Nurture", "MQL", "SQL", "Unqualified", "Junk"]
MOMENT = "2026-03-01T12:00:00+00:00"


class QualificationIn(Body):
    """Sending a qualified lead back to Nurture, and giving one up as Unqualified, need a reason."""

    status: Status = Field(examples=["SQL"])
    reason: str | None = Field(default=None, max_length=300, examples=["No budget this year"])


class QualificationOut(BaseModel):
    """`mql_at` and `sql_at` (sales qualified) keep the first time."""

    status: str | None = Field(examples=["SQL"])
    reason: str | None = Field(examples=[None])
    mql_at: str | None = Field(examples=[MOMENT])
    sql_at: str | None = Field(examples=[MOMENT])
    converted_at: str | None = Field(examples=[None])


class ConversionIn(Body):
    """What a lead becomes. Without ids, the contact with its address and the company with its domain or name are
    taken, or made."""

    contact_id: str | None = Field(default=None, examples=[None])
    company_id: str | None = Field(default=None, examples=[None])
    with_company: bool = Field(default=True, description="Without `company_id`: find or make one.")
    deal: dict[str, Any] | None = Field(
        default=None, examples=[{"name": "Crusher", "amount": "12000.00"}], description="Its values; null makes none."
    )


class ConversionOut(BaseModel):
    """Ids of what the lead became, as far as the caller may see them."""

    contact_id: str | None = Field(examples=[EXAMPLE_ID])
    company_id: str | None = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwc"])
    deal_id: str | None = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwd"])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/leads", tags=["leads"])
    _add_qualification(routes)
    _add_conversion(routes)
    return routes


def _add_qualification(routes: APIRouter) -> None:
    @routes.get("/{lead_id}/qualification", operation_id="get_qualification", responses=refusals(404))
    def get(caller: Called, response: Response, lead_id: LeadId) -> QualificationOut:
        """How far a lead has come."""
        with caller.read() as asked:
            lead = leads.get_lead(asked.session, viewer=asked.viewer, lead_id=lead_id)
            give_etag(response, lead.version)
            found = leads.qualification(asked.session, viewer=asked.viewer, lead=lead)
            return QualificationOut.model_validate(found, from_attributes=True)

    @routes.put("/{lead_id}/qualification", operation_id="set_qualification", responses=refusals(403, 404, 409, 412))
    def put(
        caller: Called, response: Response, lead_id: LeadId, body: QualificationIn, if_match: IfMatch = None
    ) -> QualificationOut:
        """Qualify a lead, accept it (MQL to SQL), send it back to Nurture, or give it up."""
        with caller.write() as asked, matched(if_match) as version:
            lead = leads.qualify(
                asked.session,
                viewer=asked.viewer,
                lead_id=lead_id,
                status=body.status,
                reason=body.reason,
                version=version,
            )
            asked.session.flush()
            give_etag(response, lead.version)
            found = leads.qualification(asked.session, viewer=asked.viewer, lead=lead)
            return QualificationOut.model_validate(found, from_attributes=True)


def _add_conversion(routes: APIRouter) -> None:
    @routes.get("/{lead_id}/conversion", operation_id="get_conversion", responses=refusals(404))
    def get(caller: Called, lead_id: LeadId) -> ConversionOut:
        """What a lead became; nothing as long as it is one."""
        with caller.read() as asked:
            lead = leads.get_lead(asked.session, viewer=asked.viewer, lead_id=lead_id)
            found = conversion_of(asked.session, viewer=asked.viewer, lead=lead)
            return ConversionOut.model_validate(found, from_attributes=True)

    @routes.post(
        "/{lead_id}/conversion",
        operation_id="convert_lead",
        status_code=201,
        responses=refusals(403, 404, 409, 412),
    )
    def convert(caller: Called, lead_id: LeadId, body: ConversionIn, if_match: IfMatch = None) -> ConversionOut:
        """Make a lead a contact, with its company and a deal if wanted: all of it or nothing, and once.

        409 `already_converted` the second time, with the ids of what it became.
        """
        with caller.write() as asked, matched(if_match) as version:
            made = convert_lead(
                asked.session, viewer=asked.viewer, lead_id=lead_id, choice=Choice(**body.model_dump()), version=version
            )
            return ConversionOut.model_validate(made, from_attributes=True)
