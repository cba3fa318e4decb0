"""Warnings as they were published, the kelurahan and RT that they touch, and drafts of BPBD's own."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.territory.models import Kelurahan, Rt

SEVERITIES = ("Unknown", "Minor", "Moderate", "Severe", "Extreme")
"""Severities in the words of CAP 1.2, from the least."""

_STANDS = "ended_at is null"
_WAITS = "decided_at is null"


class HazardWarning(Base):
    """A CAP 1.2 message, stored once for its `identifier`, `sender` and `sent`.

    `status` (Actual, Exercise, System, Test), `message_type` (Alert, Update, Cancel), `urgency`, `severity` (of
    SEVERITIES) and `certainty` are CAP's words. `texts` are by language ("id", "en"): `event`, `headline`,
    `description`, `instruction`, `sender_name`. `areas` are a list of `description`, `polygons` (lists of pairs of
    degrees WGS-84, latitude first), `circles` (latitude, longitude, kilometres) and `geocodes` (lists by name).
    `parameters` are a message's own extensions; an earthquake has `magnitude`, `depth` (kilometres), `latitude`,
    `longitude`, and `distance` (kilometres to the city). `xml` is the message as it came, empty where it was not XML.

    It holds from `onset` (`sent` without one) until `expires`, or until it ended: by the message `ended_by_id`, which
    updates or cancels it. `told_at` is when those whom it touches were told; until then all users were seen to whose
    ids are at most `told_up_to`.
    """

    __tablename__ = "warnings"
    __table_args__ = (
        UniqueConstraint("identifier", "sender", "sent"),
        Index("ix_warnings_expires", "expires", sqlite_where=text(_STANDS), postgresql_where=text(_STANDS)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(index=True)
    sender: Mapped[str]
    sent: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[str]
    message_type: Mapped[str]
    urgency: Mapped[str]
    severity: Mapped[str]
    certainty: Mapped[str]
    onset: Mapped[datetime | None]
    expires: Mapped[datetime]
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    areas: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    xml: Mapped[str] = mapped_column(default="", deferred=True)
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("warning_feeds.id", ondelete="SET NULL"), index=True)
    received_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("warnings.id", ondelete="SET NULL"), index=True)
    told_at: Mapped[datetime | None]
    told_up_to: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    touched: Mapped[list["WarnedKelurahan"]] = relationship(back_populates="warning", cascade="all, delete-orphan")
    touched_rts: Mapped[list["WarnedRt"]] = relationship(cascade="all, delete-orphan")

    def rts_in(self, kelurahan_id: int) -> list[Rt]:
        """The RT of a kelurahan that alone are touched, by RW and number; empty if it is touched as a whole."""
        rts = [it.rt for it in self.touched_rts if it.rt.rw.kelurahan_id == kelurahan_id]
        return sorted(rts, key=lambda rt: (rt.rw.number, rt.number))


class WarningReference(Base):
    """A message that a warning updates or cancels, by its identifier and sender. It may come later, or never."""

    __tablename__ = "warning_references"

    warning_id: Mapped[int] = mapped_column(ForeignKey("warnings.id", ondelete="CASCADE"), primary_key=True)
    identifier: Mapped[str] = mapped_column(primary_key=True, index=True)
    sender: Mapped[str] = mapped_column(primary_key=True)


class WarnedKelurahan(Base):
    """A kelurahan that a warning touches: the `whole` of it, or only the RT of it that it names.

    Not `exact` where its boundary is unknown, or only a name said so.
    """

    __tablename__ = "warned_kelurahan"

    warning_id: Mapped[int] = mapped_column(ForeignKey("warnings.id", ondelete="CASCADE"), primary_key=True)
    kelurahan_id: Mapped[int] = mapped_column(ForeignKey("kelurahan.id"), primary_key=True, index=True)
    exact: Mapped[bool]
    whole: Mapped[bool] = mapped_column(default=True)

    warning: Mapped[HazardWarning] = relationship(back_populates="touched")
    kelurahan: Mapped[Kelurahan] = relationship(lazy="joined")


class WarnedRt(Base):
    """An RT that a warning touches, in a kelurahan of which it does not touch the whole."""

    __tablename__ = "warned_rt"

    warning_id: Mapped[int] = mapped_column(ForeignKey("warnings.id", ondelete="CASCADE"), primary_key=True)
    rt_id: Mapped[int] = mapped_column(ForeignKey("rt.id", ondelete="CASCADE"), primary_key=True, index=True)

    rt: Mapped[Rt] = relationship(lazy="joined")


class WarningWish(Base):
    """The least severity, of SEVERITIES, of which a user wishes notices; empty for none. Without a row: Severe."""

    __tablename__ = "warning_wishes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    least: Mapped[str]


class WarningDraft(Base):
    """A warning of the disaster agency until a second person has approved it.

    `message_type`, `category`, `severity`, `urgency` and `certainty` are CAP's words; `hazard` is one of
    hazard_texts.HAZARDS. `about_id` is the warning that it updates or cancels. `texts` are by language ("id", "en"):
    `headline`, `description`, `instruction`. It is for whole kelurahan, for RW, for RT, and for those RT that lie in
    `polygon`: a ring of pairs of degrees WGS-84, latitude first, not closed; empty without one.

    `author_id` is who wrote it last, at `written_at`. It waits until `decided_at`; then `warning_id` is the warning
    that came of it, or `refusal` says why there is none. The last refusal by another person stays with `refused_by_id`,
    `refused_at` and `refused_because` when the draft is changed, and waits again. With an `at_once_reason` its author
    published it without approval, and it waits to be reviewed by another person until `reviewed_at`. With a name as
    `template` new warnings may begin with it.
    """

    __tablename__ = "warning_drafts"
    __table_args__ = (
        Index("ix_warning_drafts_waiting", "written_at", sqlite_where=text(_WAITS), postgresql_where=text(_WAITS)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_type: Mapped[str]
    about_id: Mapped[int | None] = mapped_column(ForeignKey("warnings.id", ondelete="CASCADE"), index=True)
    hazard: Mapped[str]
    category: Mapped[str]
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    severity: Mapped[str]
    urgency: Mapped[str]
    certainty: Mapped[str]
    onset: Mapped[datetime | None]
    expires: Mapped[datetime]
    kelurahan_ids: Mapped[list[int]] = mapped_column(JSON)
    rw_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    rt_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    polygon: Mapped[list[list[float]]] = mapped_column(JSON, default=list)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    written_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    refusal: Mapped[str] = mapped_column(default="")
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str] = mapped_column(default="")
    at_once_reason: Mapped[str] = mapped_column(default="")
    template: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    warning_id: Mapped[int | None] = mapped_column(ForeignKey("warnings.id", ondelete="CASCADE"), unique=True)

    about: Mapped[HazardWarning | None] = relationship(foreign_keys=about_id)
    author: Mapped[User] = relationship(foreign_keys=author_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
    refused_by: Mapped[User | None] = relationship(foreign_keys=refused_by_id)
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=reviewed_by_id)
    warning: Mapped[HazardWarning | None] = relationship(foreign_keys=warning_id)

    @property
    def state(self) -> str:
        """waiting, published, refused, or taken_back by its author."""
        if self.decided_at is None:
            return "waiting"
        if self.warning_id:
            return "published"
        return "taken_back" if self.decided_by_id == self.author_id else "refused"
