"""Mail for the page: lists, conversations, bodies, attachments, and sending."""

import base64
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.core.errors import NotFound
from app.demo.desk import Desk
from app.demo.display import BODY_POLICY, Theme, body_page
from app.demo.outgoing import Draft, compose_message
from app.demo.views import Json, draft_view, find_part, thread_page
from sync.parse import parse_message

GmailId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
PartId = Annotated[str, Path(pattern=r"^(root|[0-9.]{1,40})$")]


class MailRoutes:
    """Handlers as methods, so that they share the desk without global state."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def add_to(self, routes: APIRouter) -> None:
        routes.get("/api/threads")(self.threads)
        routes.get("/api/threads/{thread_id}")(self.thread)
        routes.post("/api/threads/{thread_id}/read")(self.mark_read)
        routes.get("/api/messages/{message_id}/body")(self.body)
        routes.get("/api/messages/{message_id}/attachments/{part_id}")(self.attachment)
        routes.get("/api/drafts/{draft_id}")(self.draft)
        routes.post("/send")(self.send)

    def threads(
        self,
        request: Request,
        q: Annotated[str, Query(max_length=500)] = "",
        box: Literal["inbox", "sent", "all"] = "inbox",
        page: Annotated[str, Query(max_length=500)] = "",
    ) -> Json:
        return self.desk.thread_rows(request.cookies, query=q, box=box, page_token=page)

    def thread(self, thread_id: GmailId, request: Request) -> Json:
        thread = self.desk.mailbox(request.cookies).thread(thread_id, full=True)
        return thread_page(thread, own_email=self.desk.signed_in(request.cookies).email)

    def mark_read(self, thread_id: GmailId, request: Request) -> Json:
        self.desk.mailbox(request.cookies).mark_read(thread_id)
        return {}

    def body(self, message_id: GmailId, request: Request, theme: Theme = "light") -> HTMLResponse:
        message = parse_message(self.desk.mailbox(request.cookies).message(message_id))
        headers = {
            "Content-Security-Policy": BODY_POLICY,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(body_page(message, theme), headers=headers)

    def attachment(self, message_id: GmailId, part_id: PartId, request: Request) -> Response:
        """The file, always as a download. Gmail's attachment ids change with each read, so parts are named instead."""
        mailbox = self.desk.mailbox(request.cookies)
        part = find_part(mailbox.message(message_id)["payload"], part_id)
        if part is None or not part.get("filename"):
            raise NotFound(f"The message has no attachment {part_id!r}.")
        body = part["body"]
        if "attachmentId" in body:
            content = mailbox.attachment(message_id, body["attachmentId"])
        else:
            content = base64.urlsafe_b64decode(body.get("data", "") + "==")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(part['filename'], safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return Response(content, media_type="application/octet-stream", headers=headers)

    def draft(self, draft_id: GmailId, request: Request) -> Json:
        return draft_view(self.desk.mailbox(request.cookies).draft(draft_id))

    def send(self, draft: Draft, request: Request) -> Json:
        sender = self.desk.signed_in(request.cookies)
        raw = compose_message(draft, sender)
        sent = self.desk.mailbox(request.cookies).send(raw, thread_id=draft.threadId)
        return {"id": sent["id"], "threadId": sent["threadId"]}
