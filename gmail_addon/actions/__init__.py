"""What clicks do. Importing this package registers every action under the name that buttons carry."""

from gmail_addon.actions import contacts, deals, mail, notes, opening, tasks

__all__ = ["contacts", "deals", "mail", "notes", "opening", "tasks"]
