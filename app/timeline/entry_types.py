"""The types of timeline entries: what they are called and which icon stands before them.

A new type is one `register` call beside the code that writes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryType:
    """`icon` is one of Google's known card icons. `locked` is the title for those who may not read an entry.

    `is_activity`: an entry of this type counts as activity of its records. `is_written`: by a member, who may
    change and delete it.
    """

    name: str
    label: str
    icon: str
    locked: str = "Private entry"
    is_activity: bool = True
    is_written: bool = False


_types: dict[str, EntryType] = {}


def register(type: EntryType) -> EntryType:
    if type.name in _types:
        raise ValueError(f"two types of entries are named {type.name}")
    _types[type.name] = type
    return type


def entry_type(name: str) -> EntryType:
    """The type with this name; one that nothing registered looks like a plain entry."""
    return _types.get(name) or EntryType(name, name.replace("_", " ").capitalize(), "BOOKMARK")


def entry_types() -> list[EntryType]:
    return list(_types.values())


EMAIL = register(EntryType("email", "Email", "EMAIL", locked="Private email"))
CALL = register(EntryType("call", "Call", "PHONE", locked="A call of another team", is_written=True))
MEETING = register(EntryType("meeting", "Meeting", "INVITE", locked="A meeting of another team", is_written=True))
NOTE = register(EntryType("note", "Note", "DESCRIPTION", is_written=True))
COMMENT = register(EntryType("comment", "Comment", "DESCRIPTION", is_written=True))
FILE = register(EntryType("file", "File", "BOOKMARK", is_written=True))
STAGE = register(EntryType("stage", "Stage", "DOLLAR", locked="A deal of another team moved"))
CHANGE = register(EntryType("change", "Change", "DESCRIPTION", is_activity=False))
TASK = register(EntryType("task", "Task", "CLOCK", is_activity=False))
TICKET = register(EntryType("ticket", "Ticket", "CONFIRMATION_NUMBER_ICON", locked="A ticket of another team"))
QUOTE = register(EntryType("quote", "Quote", "DOLLAR", locked="A quote of another team"))
CAMPAIGN = register(EntryType("campaign", "Campaign", "EMAIL", is_activity=False))
