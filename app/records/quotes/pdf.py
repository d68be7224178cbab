"""A quote as PDF."""

from datetime import UTC, datetime, time

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from app.records.quotes.content import Document
from app.records.quotes.fonts import BOLD, PLAIN, fallback_for, own_fonts
from app.records.quotes.sheet import COLUMNS, Sheet, sheet_of

WIDTHS = (38, 11, 16, 11, 9, 15)
"""Of the columns, in hundredths of the page."""
_FONT, _FALLBACK = "Sidenote", "Fallback"


def quote_pdf(document: Document) -> bytes:
    """The bytes of a PDF in A4; the same for the same document."""
    sheet = sheet_of(document)
    pdf = _Page(sheet.heading)
    pdf.set_creation_date(datetime.combine(document.issued_on, time(), UTC))
    pdf.set_title(sheet.heading)
    pdf.set_lang("en")
    _set_fonts(pdf, sheet)
    pdf.add_page()
    _write_head(pdf, sheet)
    _write_lines(pdf, sheet)
    if sheet.terms:
        pdf.ln(6)
        _write(pdf, sheet.terms, size=9)
    return bytes(pdf.output())


class _Page(FPDF):
    """Pages that carry the quote's number and their own."""

    def __init__(self, heading: str) -> None:
        super().__init__(format="A4")
        self.heading = heading
        self.set_margins(20, 20)
        self.set_auto_page_break(True, margin=22)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(_FONT, PLAIN, 8)
        self.cell(0, 5, f"{self.heading} · {self.page_no()}/{{nb}}", align="C")


def _set_fonts(pdf: FPDF, sheet: Sheet) -> None:
    for style, path in own_fonts().items():
        pdf.add_font(_FONT, style, path)
    fallback = fallback_for("".join(_texts(sheet)))
    if fallback:
        pdf.add_font(_FALLBACK, PLAIN, fallback)
        pdf.set_fallback_fonts([_FALLBACK], exact_match=False)
    pdf.set_text_shaping(True)


def _texts(sheet: Sheet) -> list[str]:
    cells = [text for row in sheet.rows for text in row]
    return [
        sheet.heading,
        sheet.title,
        sheet.terms,
        *(text for pair in (*sheet.facts, *sheet.sums) for text in pair),
        *cells,
    ]


def _write_head(pdf: FPDF, sheet: Sheet) -> None:
    _write(pdf, sheet.heading, style=BOLD, size=18)
    _write(pdf, sheet.title, size=12)
    pdf.ln(4)
    for label, value in sheet.facts:
        pdf.set_font(_FONT, BOLD, 9)
        pdf.cell(28, 5, label)
        pdf.set_font(_FONT, PLAIN, 10)
        pdf.multi_cell(0, 5, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(1)
    pdf.ln(4)


def _write_lines(pdf: FPDF, sheet: Sheet) -> None:
    pdf.set_font(_FONT, PLAIN, 9)
    headings = FontFace(emphasis=BOLD)
    with pdf.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=WIDTHS,
        headings_style=headings,
        line_height=5,
        padding=1,
        text_align=("LEFT", *("RIGHT" for _ in COLUMNS[1:])),
        v_align=VAlign.T,
    ) as table:
        table.row(COLUMNS)
        for cells in sheet.rows:
            table.row(cells)
        for label, amount in sheet.sums:
            style = headings if (label, amount) == sheet.sums[-1] else None
            row = table.row()
            row.cell(label, colspan=len(COLUMNS) - 1, align="RIGHT", style=style)
            row.cell(amount, align="RIGHT", style=style)


def _write(pdf: FPDF, text: str, *, style: str = PLAIN, size: int) -> None:
    pdf.set_font(_FONT, style, size)
    pdf.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
