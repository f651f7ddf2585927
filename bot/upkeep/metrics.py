"""Metrics for Prometheus at `/metrics`: counts of log events, waits, load, and the process.

Log events are counted by name; their values never become labels.
"""

import logging
import re

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.storage.load import Waiting
from bot.upkeep.vitals import State, Vitals
from graph.snapshot.store import Snapshot

CONTENT_TYPE = CONTENT_TYPE_LATEST
EVENT = re.compile(r"[a-z][a-z_]{2,40}")
MOST_EVENTS = 300  # names; the code has some hundred
WAITS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """The metrics of one bot, in a registry of its own."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._events = Counter(
            "tunemirror_events",
            "Lines of the log, by event.",
            ["event", "level"],
            registry=registry,
        )
        self._waits = Histogram(
            "tunemirror_update_seconds",
            "From an update's arrival to its end.",
            buckets=WAITS_S,
            registry=registry,
        )
        self._gauges = {
            name: Gauge(f"tunemirror_{name}", words, registry=registry)
            for name, words in GAUGES.items()
        }
        ProcessCollector(registry=registry)
        self.counting = CountingHandler(self._events)

    def note_done(self, seconds: float) -> None:
        """Count an update that is done, and the seconds since its arrival."""
        self._waits.observe(max(seconds, 0.0))

    def text(self, waiting: Waiting | None, vitals: Vitals, snapshot: Snapshot) -> bytes:
        """Return all metrics in Prometheus's text format.

        Args:
            waiting: What waits in the inbox; None where the database could not be read.
            vitals: Of this process.
            snapshot: The graph in use.
        """
        values = {
            "ready": float(vitals.state is State.READY),
            "loop_lag_seconds": vitals.lag_s,
            "graph_version": float(snapshot.version),
            "graph_tracks": float(len(snapshot)),
            "database_up": float(waiting is not None),
        }
        if waiting:
            values |= {"inbox_depth": waiting.n, "inbox_oldest_seconds": waiting.oldest_s}
        for name, value in values.items():
            self._gauges[name].set(value)
        return generate_latest(self._registry)


GAUGES = {
    "ready": "Whether people are answered here: 1 or 0.",
    "loop_lag_seconds": "By how much the event loop was late at most, in the last minute.",
    "graph_version": "Number of the graph in use.",
    "graph_tracks": "Songs in it.",
    "database_up": "Whether the database could be read: 1 or 0.",
    "inbox_depth": "Updates that wait, for all processes.",
    "inbox_oldest_seconds": "Age of the oldest of them.",
}


class CountingHandler(logging.Handler):
    """Counts log lines by their first word, the event's name."""

    def __init__(self, events: Counter) -> None:
        super().__init__(logging.INFO)
        self._events = events
        self._names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line, if it begins with an event's name."""
        name = str(record.msg).partition(" ")[0]
        if not EVENT.fullmatch(name):
            return
        if len(self._names) < MOST_EVENTS:
            self._names.add(name)
        if name in self._names:
            self._events.labels(name, record.levelname.lower()).inc()
