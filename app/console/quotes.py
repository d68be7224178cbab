"""The page on which a customer reads a quote and answers it. Whoever has the link is the customer; nobody signs in."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from markupsafe import Markup
from sqlmodel import Session

from app.console.forms import FormText
from app.console.pages import page, to
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput, SidenoteError
from app.core.rates import Rates
from app.records.quotes.answers import MAX_NAME, MAX_REASON, Offer, accept_quote, decline_quote, offer_of
from app.records.quotes.content import document_of
from app.records.quotes.html import quote_part
from app.records.quotes.printing import printed

PER_SECOND, AT_ONCE = 1.0, 60
"""Requests from one address: more than a customer makes, fewer than it takes to wear the server out with PDFs."""
PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
Answer = Callable[[Session], Offer]


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/quotes", include_in_schema=False)
    rates = Rates(PER_SECOND, AT_ONCE)

    @routes.get("/{token}")
    def read(token: str, request: Request) -> Response:
        rates.spend(_address(request))
        return _page(context, token)

    @routes.get("/{token}/document.pdf")
    def pdf(token: str, request: Request) -> Response:
        rates.spend(_address(request))
        with transaction(context.engine, read_only=True) as session:
            document = document_of(offer_of(session, token=token).version)
        headers = PRIVATE | {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        headers["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
        return Response(printed(document), headers=headers, media_type="application/pdf")

    @routes.post("/{token}/acceptance")
    def accept(token: str, request: Request, name: FormText = "", agreed: FormText = "") -> Response:
        def answer(session: Session) -> Offer:
            if not agreed:
                raise InvalidInput("Tick the box to accept the quote.", field="agreed")
            return accept_quote(session, token=token, name=name)

        rates.spend(_address(request))
        return _submit(context, token, answer, name=name)

    @routes.post("/{token}/refusal")
    def decline(
        token: str,
        request: Request,
        name: FormText = "",
        reason: Annotated[str, Form(max_length=MAX_REASON)] = "",
        sure: FormText = "",
    ) -> Response:
        def answer(session: Session) -> Offer:
            if not sure:
                raise InvalidInput("Tick the box to decline the quote.", field="sure")
            return decline_quote(session, token=token, name=name, reason=reason)

        rates.spend(_address(request))
        return _submit(context, token, answer, name=name, reason=reason)

    return routes


def _submit(context: Context, token: str, answer: Answer, **typed: str) -> Response:
    """Answer in one transaction and go back to the page; what can be put right is drawn with the reason."""
    try:
        with transaction(context.engine) as session:
            answer(session)
    except (InvalidInput, Conflict) as error:
        return _page(context, token, error=error, **typed)
    return to(f"/quotes/{token}")


def _page(
    context: Context, token: str, *, error: SidenoteError | None = None, name: str = "", reason: str = ""
) -> Response:
    with transaction(context.engine, read_only=True) as session:
        offer = offer_of(session, token=token)
        document = document_of(offer.version)
        answer = page(
            "quote.html",
            error=error,
            state=offer.state,
            version=offer.version,
            formats=document.formats,
            seller=document.content["seller"],
            document=Markup(quote_part(document)),
            path=f"/quotes/{token}",
            name=name,
            reason=reason,
            max_name=MAX_NAME,
            max_reason=MAX_REASON,
        )
    answer.headers.update(PRIVATE)
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
