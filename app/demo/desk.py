"""What the demo's routes share while it runs: the connection to Gmail, consents, and a cache of list rows."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

import httpx

from app.demo.context import DemoContext, DemoMember
from app.demo.gmail import PAGE_SCOPES, GmailMailbox
from app.demo.views import Json, thread_row

MEMBER_COOKIE = "sidenote_demo_member"
PAGE_SIZE = 50
CACHED_ROWS = 2_000
BOX_LABELS = {"inbox": ("INBOX",), "sent": ("SENT",), "all": ()}


class Desk:
    """The state behind the page. Reads are safe from several threads; losing a cached row costs one request."""

    def __init__(self, demo: DemoContext) -> None:
        self.demo = demo
        self.client = httpx.Client(base_url=demo.gmail_url, timeout=20)
        self.granted = {member.key: set(demo.granted_scopes) for member in demo.members}
        self._rows: OrderedDict[tuple[str, str, str], Json] = OrderedDict()

    def signed_in(self, cookies: Mapping[str, str]) -> DemoMember:
        """Whom the browser has chosen; the first member when it has chosen nobody, or nobody we know."""
        chosen = cookies.get(MEMBER_COOKIE)
        known = {member.key: member for member in self.demo.members}
        return known.get(chosen or "", self.demo.members[0])

    def mailbox(self, cookies: Mapping[str, str]) -> GmailMailbox:
        """The mailbox of the signed-in member, with a token as fresh as `access_token` gives it."""
        member = self.signed_in(cookies)
        return GmailMailbox(self.client, self.demo.access_token(member.email, PAGE_SCOPES))

    def grant(self, member: DemoMember, scopes: Iterable[str]) -> None:
        """Record consent; only scopes of the manifest can be granted."""
        self.granted[member.key] |= set(scopes) & set(self.demo.scopes)

    def thread_rows(self, cookies: Mapping[str, str], *, query: str, box: str, page_token: str) -> Json:
        """A page of the thread list: `{threads: [row], nextPage: token or ""}`, newest first."""
        mailbox, member = self.mailbox(cookies), self.signed_in(cookies)
        listed = mailbox.list_threads(query=query, labels=BOX_LABELS[box], page_token=page_token, limit=PAGE_SIZE)
        threads = listed.get("threads", [])
        names = mailbox.label_names() if threads else {}
        rows = [self._row(mailbox, member, thread, names) for thread in threads]
        rows.sort(key=lambda row: str(row["date"]), reverse=True)
        return {"threads": rows, "nextPage": listed.get("nextPageToken", "")}

    def _row(self, mailbox: GmailMailbox, member: DemoMember, listed: Json, names: dict[str, str]) -> Json:
        """A thread's row is read once per state of the thread, which its historyId names."""
        key = (member.email, listed["id"], str(listed.get("historyId", "")))
        row = self._rows.get(key)
        if row is None:
            thread = mailbox.thread(listed["id"], full=False)
            row = thread_row(thread, own_email=member.email, label_names=names)
            self._rows[key] = row
            if len(self._rows) > CACHED_ROWS:
                self._rows.popitem(last=False)
        return row
