"""What clicks do. Importing this package registers every action under the name that buttons carry."""

from gmail_addon.actions import compose, contacts, deals, mail, notes, opening, snippets, tasks

__all__ = ["compose", "contacts", "deals", "mail", "notes", "opening", "snippets", "tasks"]
