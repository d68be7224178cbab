"""`/api/v1/quotes/{id}`: the lines of a quote, what it comes to, its versions and their documents.

Quotes themselves are records, and are made, read and changed as such.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from app.api.caller import Asked, Called
from app.api.etags import IfMatch, give_etag, matched
from app.api.quote_shape import (
    LineChange,
    LineIn,
    LinesIn,
    QuoteLines,
    Send,
    SentOut,
    TotalsOut,
    VersionOut,
    lines_out,
    totals_out,
    version_out,
)
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Page, refusals
from app.records.quotes.content import document_of
from app.records.quotes.drafts import currency_of, lines_in, quote_seen, totals_in
from app.records.quotes.html import quote_file
from app.records.quotes.lines import add_line, change_line, remove_line, set_lines
from app.records.quotes.printing import printed
from app.records.quotes.versions import send_quote, version_of, versions_of

QuoteId = Annotated[str, Path(examples=[EXAMPLE_ID])]
LineId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Number = Annotated[int, Path(ge=1, le=1_000_000, examples=[1])]
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private",
}
"""Of a document that anybody's words stand in."""


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/quotes/{quote_id}", tags=["quotes"])
    _add_lines(routes)
    _add_single_lines(routes)
    _add_versions(routes)
    _add_documents(routes)
    return routes


def _add_lines(routes: APIRouter) -> None:
    @routes.get("/lines", operation_id="list_quote_lines", responses=refusals(403, 404))
    def list_lines(caller: Called, response: Response, quote_id: QuoteId) -> QuoteLines:
        """The lines of a quote as it is now."""
        with caller.read() as asked:
            return _lines(asked, response, quote_id)

    @routes.put("/lines", operation_id="set_quote_lines", responses=refusals(403, 404, 409, 412))
    def replace(
        caller: Called, response: Response, quote_id: QuoteId, body: LinesIn, if_match: IfMatch = None
    ) -> QuoteLines:
        """Put these lines in place of all there are; `If-Match` takes the `ETag` of the quote or of its lines."""
        with caller.write() as asked, matched(if_match) as version:
            lines = [line.line() for line in body.lines]
            set_lines(asked.session, viewer=asked.viewer, quote_id=quote_id, lines=lines, version=version)
            return _lines(asked, response, quote_id)

    @routes.get("/totals", operation_id="get_quote_totals", responses=refusals(403, 404))
    def totals(caller: Called, quote_id: QuoteId) -> TotalsOut:
        """What the quote comes to: every amount is exact, and tax is reckoned once for each rate."""
        with caller.read() as asked:
            quote = quote_seen(asked.session, viewer=asked.viewer, quote_id=quote_id)
            return totals_out(totals_in(asked.session, quote), currency_of(asked.session, quote))


def _add_single_lines(routes: APIRouter) -> None:
    @routes.post("/lines", operation_id="add_quote_line", status_code=201, responses=refusals(403, 404, 409))
    def add(caller: Called, response: Response, quote_id: QuoteId, body: LineIn) -> QuoteLines:
        """One more line, after the others."""
        with caller.write() as asked:
            add_line(asked.session, viewer=asked.viewer, quote_id=quote_id, line=body.line())
            return _lines(asked, response, quote_id)

    @routes.patch("/lines/{line_id}", operation_id="change_quote_line", responses=refusals(403, 404, 409))
    def change(caller: Called, response: Response, quote_id: QuoteId, line_id: LineId, body: LineChange) -> QuoteLines:
        """Change a line."""
        with caller.write() as asked:
            values = body.model_dump(exclude_unset=True)
            change_line(asked.session, viewer=asked.viewer, quote_id=quote_id, line_id=line_id, values=values)
            return _lines(asked, response, quote_id)

    @routes.delete(
        "/lines/{line_id}", operation_id="delete_quote_line", status_code=204, responses=refusals(403, 404, 409)
    )
    def delete(caller: Called, quote_id: QuoteId, line_id: LineId) -> None:
        """Take a line away."""
        with caller.write() as asked:
            remove_line(asked.session, viewer=asked.viewer, quote_id=quote_id, line_id=line_id)


def _add_versions(routes: APIRouter) -> None:
    @routes.post("/versions", operation_id="send_quote", status_code=201, responses=refusals(403, 404, 409, 412))
    def send(caller: Called, quote_id: QuoteId, body: Send, if_match: IfMatch = None) -> SentOut:
        """Freeze the quote as it is into its next version; gives the link for the customer.

        Versions that were sent before can no longer be accepted.
        """
        with caller.write() as asked, matched(if_match) as expected:
            version, token = send_quote(
                asked.session,
                viewer=asked.viewer,
                quote_id=quote_id,
                vault=caller.context.vault,
                valid_until=body.valid_until,
                version=expected,
            )
            link = f"{caller.context.settings.base_url}/quotes/{token}"
            return SentOut(**dict(version_out(version)), link=link)

    @routes.get("/versions", operation_id="list_quote_versions", responses=refusals(403, 404))
    def list_versions(caller: Called, quote_id: QuoteId) -> Page[VersionOut]:
        """The versions that were sent, last first."""
        with caller.read() as asked:
            versions = versions_of(asked.session, viewer=asked.viewer, quote_id=quote_id)
            return Page(items=[version_out(version) for version in versions])


def _add_documents(routes: APIRouter) -> None:
    @routes.get(
        "/versions/{number}/document.pdf",
        operation_id="get_quote_pdf",
        response_class=Response,
        responses=_document("application/pdf"),
    )
    def pdf(caller: Called, quote_id: QuoteId, number: Number) -> Response:
        """A version as PDF."""
        with caller.read() as asked:
            version = version_of(asked.session, viewer=asked.viewer, quote_id=quote_id, version=number)
            name = {"Content-Disposition": f'inline; filename="{version.number}.pdf"'}
            document = document_of(version)
        return Response(printed(document), headers=SAFE | name, media_type="application/pdf")

    @routes.get(
        "/versions/{number}/document.html",
        operation_id="get_quote_html",
        response_class=Response,
        responses=_document("text/html"),
    )
    def html(caller: Called, quote_id: QuoteId, number: Number) -> Response:
        """A version as HTML that needs nothing from elsewhere."""
        with caller.read() as asked:
            version = version_of(asked.session, viewer=asked.viewer, quote_id=quote_id, version=number)
            return Response(quote_file(document_of(version)), headers=SAFE, media_type="text/html")


def _document(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}, "description": "The document."}, **refusals(403, 404)}


def _lines(asked: Asked, response: Response, quote_id: str) -> QuoteLines:
    quote = quote_seen(asked.session, viewer=asked.viewer, quote_id=quote_id)
    give_etag(response, quote.version)
    lines, totals = lines_in(asked.session, quote), totals_in(asked.session, quote)
    shown = lines_out(asked.session, viewer=asked.viewer, lines=lines, amounts=totals.lines)
    return QuoteLines(lines=shown, totals=totals_out(totals, currency_of(asked.session, quote)))
