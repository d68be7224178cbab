"""Texts in files that spreadsheets open: none of them is taken for a formula, and every one of them comes back.

A cell that a spreadsheet would calculate (it begins with =, +, -, @, a tab or a carriage return) is written with an
apostrophe in front, as people write it who want a spreadsheet to leave a text alone; see
https://owasp.org/www-community/attacks/CSV_Injection. One that begins with apostrophes before such a sign gets one
more, so that taking away exactly one apostrophe always gives back what was there. Numbers and phone numbers are what
they look like and stay as they are.
"""

import re

_SIGNS = frozenset("'=+-@\t\r\n＝＋－＠")
_CALCULATED = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_MARKED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_PLAIN = re.compile(r"[+-][0-9][0-9 ().,;/+-]*")
"""Digits and what numbers and phone numbers are written with: nothing in it names a cell, a function or a program."""


def harmless(text: str) -> str:
    """A text as a cell holds it; `original` is the way back."""
    if text[:1] not in _SIGNS:
        return text
    return f"'{text}" if _CALCULATED.match(text) and not _PLAIN.fullmatch(text) else text


def original(cell: str) -> str:
    """What `harmless` made a cell of. Cells of other programs come out as their people see them."""
    return cell[1:] if _MARKED.match(cell) else cell
