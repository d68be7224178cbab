"""A quote as HTML: the part that a page shows, and a file of its own."""

from xml.etree.ElementTree import Element, SubElement, tostring

from app.records.quotes.content import Document
from app.records.quotes.sheet import COLUMNS, Sheet, sheet_of

STYLE = """
body { margin: 2rem auto; max-width: 48rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1b2330; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.0625rem; margin: 0 0 1.5rem; font-weight: 400; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 0 0 1.5rem; } dt { color: #566072; } dd { margin: 0; }
.sums { margin: .5rem 0 1.5rem; } .sums div { display: flex; justify-content: flex-end; padding: .25rem .5rem; }
.sums dd { min-width: 9rem; text-align: right; } .sums div:last-child > * { font-weight: 650; color: inherit; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .375rem .5rem; border-bottom: 1px solid #e1e5ec; vertical-align: top; }
.number { text-align: right; white-space: nowrap; } .lines { white-space: pre-line; overflow-wrap: anywhere; }
"""


def quote_file(document: Document) -> str:
    """A whole HTML document, which needs nothing from elsewhere."""
    sheet = sheet_of(document)
    html = Element("html", lang="en")
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "title").text = sheet.heading
    SubElement(head, "style").text = STYLE
    SubElement(html, "body").append(_article(sheet))
    return "<!doctype html>\n" + tostring(html, encoding="unicode", method="html")


def quote_part(document: Document) -> str:
    """The quote as one `<article>`, escaped, without any style."""
    return tostring(_article(sheet_of(document)), encoding="unicode", method="html")


def _article(sheet: Sheet) -> Element:
    article = Element("article", {"class": "quote"})
    SubElement(article, "h1").text = sheet.heading
    SubElement(article, "h2", dir="auto").text = sheet.title
    facts = SubElement(article, "dl", {"class": "facts"})
    for label, value in sheet.facts:
        fact = SubElement(facts, "div")
        SubElement(fact, "dt").text = label
        SubElement(fact, "dd", {"class": "lines", "dir": "auto"}).text = value
    article.append(_table(sheet))
    article.append(_sums(sheet))
    if sheet.terms:
        SubElement(article, "p", {"class": "lines terms", "dir": "auto"}).text = sheet.terms
    return article


def _table(sheet: Sheet) -> Element:
    """Wrapped, so that a narrow window scrolls the table alone."""
    around = Element("div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Lines"})
    table = SubElement(around, "table")
    row = SubElement(SubElement(table, "thead"), "tr")
    for number, label in enumerate(COLUMNS):
        SubElement(row, "th", {"scope": "col", "class": "number" if number else ""}).text = label
    body = SubElement(table, "tbody")
    for cells in sheet.rows:
        row = SubElement(body, "tr")
        for number, text in enumerate(cells):
            SubElement(row, "td", {"class": "number" if number else "lines", "dir": "auto"}).text = text
    return around


def _sums(sheet: Sheet) -> Element:
    """Apart from the table, so that nobody has to scroll to the total."""
    sums = Element("dl", {"class": "sums"})
    for label, amount in sheet.sums:
        row = SubElement(sums, "div")
        SubElement(row, "dt").text = label
        SubElement(row, "dd").text = amount
    return sums
