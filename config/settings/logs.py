"""Structured logs: one event a line, JSON in production, readable in a terminal.

Every line of a request carries its `request_id`, every line of a job that and its `job_id`.
"""

import os
from typing import Any

import structlog

from core.observability.logs import leave_out_values
from core.observability.said import add_said


def configure(form: str) -> dict[str, Any]:
    """Django's LOGGING for `form`: "json", or "console"."""
    json = form == "json"
    stamp = (
        structlog.processors.TimeStamper(fmt="iso", utc=True) if json else structlog.processors.TimeStamper("%H:%M:%S")
    )
    shared: list[Any] = [
        add_said,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        stamp,
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        # The plain formatter: others print local variables, and those may hold what no log may hold.
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.processors.format_exc_info,
                    leave_out_values,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": shared,
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
        "loggers": {
            # One line a request where machines read; in a terminal only what went wrong.
            "core.observability.http": {"level": "INFO" if json else "ERROR"},
            # Says the same as the line above, but with the path, and paths may hold keys of mails.
            "django.request": {"level": "CRITICAL"},
            # Names people and their addresses; the admin has a list of failed log-ins.
            "axes": {"level": "ERROR"},
            "django.utils.autoreload": {"level": "WARNING"},
        },
    }
