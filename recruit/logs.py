"""Log lines that a machine can read: one JSON object each, with the id of the request that caused it."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

# Id of the request being answered in this thread or task; empty in a worker.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdFilter(logging.Filter):
    """Give each record the id of the request in whose course it was written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through."""
        record.request = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One line of JSON per record; line ends inside a message stay inside its string, so nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time (UTC, ISO 8601), level, logger, words, request id and, after an exception, its trace."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request", ""),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)
