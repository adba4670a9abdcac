"""Structured logs: one line of JSON per event, to standard error.

A logger is made per node and handed in, because two cities live in one process; only the command's
own `main` sets how the rest of the process speaks.
"""

import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import orjson
import structlog

from hansa.base import times
from hansa.base.clock import Clock

Logger = structlog.typing.FilteringBoundLogger


def make_logger(city: str, clock: Clock, stream: TextIO | None = None) -> Logger:
    """A logger whose every line carries the city and the city's time."""

    def stamp(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
        event["at"] = times.format_instant(clock.now())
        return event

    logger: Logger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            stamp,
            structlog.processors.ExceptionRenderer(),
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        city=city,
    )
    return logger


def speak_on_standard_error() -> None:
    """How rooms that log without a node's logger speak; for the process's own `main` only.

    Standard output belongs to what a command answers.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.ExceptionRenderer(),
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _dumps(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
