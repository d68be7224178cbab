"""Text in one line, in several, and as links."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.core.text import one_line
from app.records.fields.base import MAX_LINE, FieldType, listed
from app.records.fields.formats import Formats
from app.records.fields.refusals import refusal
from models import FieldDef

MAX_TEXT = 10_000
MAX_URL = 2_000
MAX_FILES = 20
_DOMAIN = re.compile(r"(?=.{4,253}$)([\w-]{1,63}\.)+[\w-]{2,63}")


class Text(FieldType):
    name, label, family = "text", "Single line", "text"
    columns = frozenset({"name", "status", "priority", "lifecycle", "source", "currency"})
    limit = MAX_LINE

    def parse(self, field: FieldDef, value: Any) -> str | None:
        text = self.clean(str(value))
        if len(text) > self.limit:
            raise refusal("too_long", field, count=self.limit)
        if field.required and not text:
            raise refusal("fill_in", field)
        return text or None

    def clean(self, text: str) -> str:
        return one_line(text)


class LongText(Text):
    name, label, card = "long_text", "Multi line", "multiline"
    columns = frozenset()
    limit = MAX_TEXT

    def clean(self, text: str) -> str:
        return text.replace("\0", "").replace("\r\n", "\n").strip()


class Url(FieldType):
    """A web address. Only http and https: no other scheme may stand behind a link that people click."""

    name, label, family = "url", "URL", "text"

    def parse(self, field: FieldDef, value: Any) -> str:
        return web_address(field, str(value))


class Domain(FieldType):
    name, label, family = "domain", "Domain", "text"

    def parse(self, field: FieldDef, value: Any) -> str:
        domain = re.sub(r"^(https?://)?(www\.)?", "", str(value).strip().lower()).split("/")[0]
        if not _DOMAIN.fullmatch(domain):
            raise refusal("domain", field)
        return domain


class File(FieldType):
    """Links to files: a list of `{"name", "url"}`. Text holds addresses, or such a list as JSON."""

    name, label, family, sql, card = "file", "File link", "texts", "json", "text"

    def parse(self, field: FieldDef, value: Any) -> list[dict[str, str]]:
        items = (listed(value) or value.split()) if isinstance(value, str) else value
        items = items if isinstance(items, list) else [items]
        if len(items) > MAX_FILES:
            raise self.refuse(field, f"at most {MAX_FILES} files, please.")
        return [self._file(field, item) for item in items]

    def _file(self, field: FieldDef, item: Any) -> dict[str, str]:
        given = item if isinstance(item, Mapping) else {"url": item}
        url = web_address(field, str(given.get("url", "")))
        name = str(given.get("name") or "").replace("\0", "").strip()
        return {"name": (name or urlsplit(url).path.rpartition("/")[2] or url)[:MAX_LINE], "url": url}

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return ", ".join(file["name"] for file in value)

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return " ".join(file["url"] for file in value)


def web_address(field: FieldDef, text: str) -> str:
    """`example.com/a` -> `https://example.com/a`. Raises InvalidInput for anything but http and https."""
    address = text.replace("\0", "").strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", None
    if not parts or parts.scheme.lower() not in ("http", "https") or not host or re.search(r"[\s<>\"]", address):
        raise refusal("web_address", field)
    if len(address) > MAX_URL:
        raise refusal("too_long", field, count=MAX_URL)
    return address
