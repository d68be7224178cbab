"""The API methods by name, as the discovery document names them without `gmail.users.`."""

from sync.emulator.methods import account, drafts, labels, messages, settings, threads
from sync.emulator.methods.handler import Handler

HANDLERS: dict[str, Handler] = {
    **account.METHODS,
    **drafts.METHODS,
    **labels.METHODS,
    **messages.METHODS,
    **settings.METHODS,
    **threads.METHODS,
}

__all__ = ["HANDLERS"]
