"""The table of response times, which the scheduler keeps, and how far it has come."""

from datetime import datetime

from sqlalchemy import ForeignKey, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.incidents.models import Incident
from meteor.store.database import Base


class ResponseTimes(Base):
    """The moments of an incident's segment, and what its figures are grouped by. Made by `rollup` alone.

    `segment` counts from 1: from the first receipt, or a reopening, to the closure. `month` ("2026-11"), `day`
    (ISO 8601) and `hour` are those of `received_at` in WIB. `…_after` are seconds since then, so that figures of
    years read no moments. What is missing is None. An incident `from_paper` was entered afterwards, by the
    minute. See meteor.statistics.clocks.
    """

    __tablename__ = "response_times"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True)
    segment: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(index=True)
    day: Mapped[str]
    hour: Mapped[int]
    type_id: Mapped[int] = mapped_column(ForeignKey("incident_types.id"))
    priority: Mapped[int]
    kelurahan_id: Mapped[int | None] = mapped_column(ForeignKey("kelurahan.id"))
    source: Mapped[str]
    from_paper: Mapped[bool] = mapped_column(default=False, server_default=false())
    pressed_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    triaged_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    en_route_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    seen_after: Mapped[float | None]
    accepted_after: Mapped[float | None]
    on_scene_after: Mapped[float | None]
    closed_after: Mapped[float | None]

    incident: Mapped[Incident] = relationship()


class ResponseTimesProgress(Base):
    """One row: the newest event that the table of response times knows, and how often it was rebuilt."""

    __tablename__ = "response_times_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    rebuilds: Mapped[int] = mapped_column(default=0, server_default=text("0"))
