"""Prometheus metrics: requests of this server, and figures read from the database at each request."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.scheduler import health
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import now

_own = CollectorRegistry()

REQUESTS = Histogram(
    "meteor_request_seconds",
    "Requests that reached a page, by endpoint, method and status",
    ("endpoint", "method", "status"),
    buckets=(0.005, 0.025, 0.1, 0.5, 2, 10),
    registry=_own,
)


def observe(endpoint: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request, and how long it took."""
    REQUESTS.labels(endpoint, method, str(status)).observe(seconds)


def text() -> bytes:
    """All metrics in Prometheus's text format, with the requests of all gunicorn processes."""
    registry = CollectorRegistry() if "PROMETHEUS_MULTIPROC_DIR" in os.environ else _own
    if registry is not _own:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(_Database())


class _Database(Collector):
    def collect(self) -> Iterator[Metric]:
        incidents = GaugeMetricFamily("meteor_incidents_open", "Open incidents", labels=["priority"])
        open_now = select(Incident.priority, func.count()).where(Incident.is_open)
        for priority, count in db.session.execute(open_now.group_by(Incident.priority)):
            incidents.add_metric([str(priority)], count)
        yield incidents
        alerts = CounterMetricFamily("meteor_alerts", "Alerts taken, drills too", labels=["source"])
        for source, count in db.session.execute(select(Alert.source, func.count()).group_by(Alert.source)):
            alerts.add_metric([source], count)
        yield alerts
        yield from self._clockwork()

    def _clockwork(self) -> Iterator[Metric]:
        age = GaugeMetricFamily("meteor_heartbeat_age_seconds", "Since a job's last good turn", labels=["job"])
        for job, at in db.session.execute(select(Heartbeat.job, Heartbeat.at)):
            age.add_metric([job], (now() - at).total_seconds())
        yield age
        outbox = GaugeMetricFamily("meteor_outbox", "Items that wait or were given up", labels=["state"])
        for state, count in health.outbox_counts().items():
            outbox.add_metric([state], count)
        yield outbox
        yield GaugeMetricFamily(
            "meteor_outbox_oldest_seconds", "Since the oldest item is due", health.outbox_age(now())
        )
