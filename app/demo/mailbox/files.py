"""Attachments of the demo, made from short texts: comma-separated values as they are, PDF set as one page."""

from app.demo.mailbox.people import MESSAGES

MEDIA_TYPES = {"pdf": ("application", "pdf"), "csv": ("text", "csv")}
LINE_HEIGHT = 18
TOP = 780
LEFT = 64


def make_file(name: str) -> tuple[bytes, tuple[str, str]]:
    """Content and media type of `name`, from `messages/files/<name>.txt`."""
    source = (MESSAGES / "files" / f"{name}.txt").read_text(encoding="utf-8")
    suffix = name.rpartition(".")[2]
    return pdf(source.splitlines()) if suffix == "pdf" else source.encode(), MEDIA_TYPES[suffix]


def pdf(lines: list[str]) -> bytes:
    """A one-page PDF 1.4 (ISO 32000-1, 7.5) of Latin-1 lines, the first one larger."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        _stream(_page(lines)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    document, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return document + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(document))
    )


def _page(lines: list[str]) -> bytes:
    shown = []
    for number, line in enumerate(lines):
        size = 11 if number else 18
        text = line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        shown.append(
            b"BT /F1 %d Tf %d %d Td (%b) Tj ET" % (size, LEFT, TOP - number * LINE_HEIGHT - 8 * bool(number), text)
        )
    return b"\n".join(shown)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
