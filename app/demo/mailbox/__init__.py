"""The fictional mailbox of the demo: about sixty messages of six weeks, the same for everybody who starts it."""

from app.demo.mailbox.people import COLLEAGUES, Person
from app.demo.mailbox.story import DemoMessage, demo_messages

__all__ = ["COLLEAGUES", "DemoMessage", "Person", "demo_messages"]
