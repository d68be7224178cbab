"""Structured logs, one JSON object a line. They carry ids, counts and error classes: never mail content or tokens."""

import logging
import sys

import structlog

from app.core.failures import trace


def configure(level: str) -> None:
    """Send structlog and the standard library's loggers through the same JSON lines on standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(lambda failure: trace(failure[1])),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # The job engine and the server bring handlers of their own, which print messages and tracebacks as they are.
    for talkative in ("dbos", "uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(talkative)
        logger.handlers, logger.propagate = [handler], False
    for chatty in ("httpx", "httpcore", "googleapiclient", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
