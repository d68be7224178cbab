"""A thread that does one thing again and again, and survives its failures."""

import threading
from collections.abc import Callable

import structlog

from app.core.failures import describe

log = structlog.get_logger(__name__)


class Loop:
    """Calls `action` until stopped, `seconds` apart. A failure is logged, and the next call is made all the same."""

    def __init__(self, name: str, seconds: float, action: Callable[[], object]) -> None:
        self._name = name
        self._seconds = seconds
        self._action = action
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the call under way has ended."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._action()
            except Exception as error:
                log.error("loop failed", loop=self._name, error=describe(error))
