"""Text as people give it, made fit to be kept."""


def one_line(text: str) -> str:
    """The text on one line: without NUL, which no database takes, and with single spaces alone between words."""
    return " ".join(text.replace("\0", "").split())
