"""The way to a quote's PDF. The library that draws it takes most of a second to load: only who prints pays for it."""

from app.records.quotes.content import Document


def printed(document: Document) -> bytes:
    """See `app.records.quotes.pdf.quote_pdf`."""
    from app.records.quotes.pdf import quote_pdf

    return quote_pdf(document)
