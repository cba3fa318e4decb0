"""Alarm panels, what they said, and when what they say is only a test."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, case, false, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.store import boot
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.secrets import Sealed

TRANSPORTS = ("tcp", "udp")


class Panel(Base):
    """The device at premises that raises alarms, known by its DC-09 account (hexadecimal, capitals).

    `key` (32, 48 or 64 hexadecimal digits) is its AES key, sealed; one that has a key never speaks in plain text.
    `source` is the IP address or network that it sends from, empty if it is not known.
    `interval` is how often, in seconds, it should be heard, 0 if it need not be. `heard_at` is when it last was;
    `trouble_at` and `silent_at` are since when it has been missed for one and a half times and twice the interval.
    `supervised_at` is when `interval` or `active` was last changed: it is missed from then on at the earliest.
    `state` is what of all that matters now: "off", "silent", "overdue", "heard" or "never".
    """

    __tablename__ = "panels"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), index=True)
    account: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    line: Mapped[str] = mapped_column(default="0")
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    source: Mapped[str] = mapped_column(default="", server_default=text("''"))
    interval: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    heard_at: Mapped[datetime | None] = mapped_column()
    trouble_at: Mapped[datetime | None] = mapped_column()
    silent_at: Mapped[datetime | None] = mapped_column()
    supervised_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = column_property(
        case(
            (active.is_(False), "off"), (silent_at.is_not(None), "silent"), (trouble_at.is_not(None), "overdue"),
            (heard_at.is_not(None), "heard"), else_="never",
        )
    )  # fmt: skip

    premises: Mapped[Premises] = relationship(lazy="joined")
    zones: Mapped[list["Zone"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Zone.number", back_populates="panel"
    )

    key = Sealed(indexed=False)

    def __init__(self, **values: object) -> None:
        self.id = uuid4()  # before anything is sealed to it
        super().__init__(**values)

    @property
    def label(self) -> str:
        """The panel's name, else "Panel 1234" after its account: the same in every language."""
        return self.name or f"Panel {self.account}"


class Zone(Base):
    """A detector or button of a panel. `number` has three digits, or four.

    Where it says a type or a priority (1–4), that is what its alarms are, instead of what their code means.
    """

    __tablename__ = "zones"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panels.id"))
    number: Mapped[str]
    name: Mapped[str]
    type_id: Mapped[int | None] = mapped_column(ForeignKey("incident_types.id"))
    priority: Mapped[int | None]

    panel: Mapped[Panel] = relationship(back_populates="zones")
    type: Mapped[IncidentType | None] = relationship(lazy="joined")


class PanelEvent(Base):
    """Something that a panel said, once. `id` is also the UUID of the alert that it became, if it became one.

    `digest` tells a repeated message from a new one. `code` is SIA's (two letters) or Contact ID's (three digits),
    `restore` that what it names is over, `area` the partition, `zone` three digits or empty; `meaning` is of
    meteor.sas.codes. `said` is the text between the brackets, `told_at` the panel's own time and `skew` by how many
    seconds it is ahead of ours. `test` was received while in test: nobody was sent. `unconfirmed` came in plain text
    and not from the panel's registered address: anybody can have sent it. `repeats` is the number of later events that
    added nothing and were only counted, the last of them at `repeated_at` in a message with `repeated_digest`.
    `boot_id` and `uptime` (seconds) date it independently of the wall clock, while the machine is not started again.
    """

    __tablename__ = "panel_events"
    __table_args__ = (Index("ix_panel_events_panel_id_digest", "panel_id", "digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panels.id"))
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)
    boot_id: Mapped[str] = mapped_column(default=boot.boot_id)
    uptime: Mapped[float] = mapped_column(default=boot.uptime)
    digest: Mapped[str]
    transport: Mapped[str]
    token: Mapped[str]
    sequence: Mapped[str]
    code: Mapped[str]
    restore: Mapped[bool] = mapped_column(default=False)
    area: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="")
    meaning: Mapped[str]
    said: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None]
    skew: Mapped[float | None]
    test: Mapped[bool] = mapped_column(default=False)
    unconfirmed: Mapped[bool] = mapped_column(default=False, server_default=false())
    repeats: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    repeated_at: Mapped[datetime | None]
    repeated_digest: Mapped[str] = mapped_column(default="", server_default=text("''"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)

    panel: Mapped[Panel] = relationship()
    incident: Mapped[Incident | None] = relationship()


class SeenCiphertext(Base):
    """An encrypted message that was taken, kept while its time would let it be taken again.

    `fingerprint` is of dc09.cipher, `header` is what it was sent under, `until` when its time is too old.
    """

    __tablename__ = "seen_ciphertexts"

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panels.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    header: Mapped[str]
    until: Mapped[datetime] = mapped_column(index=True)


class TestMode(Base):
    """A test of premises or of one zone: for a time events are stored and answered, and have no consequence.

    It ends by itself at `until`, or before that at `ended_at`.
    """

    __tablename__ = "test_modes"
    __test__ = False  # pytest takes whatever begins with Test for a test

    id: Mapped[int] = mapped_column(primary_key=True)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), index=True)
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))
    began_at: Mapped[datetime] = mapped_column(default=now)
    began_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    until: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")

    premises: Mapped[Premises] = relationship(lazy="joined")
    zone: Mapped[Zone | None] = relationship()
    began_by: Mapped[User | None] = relationship(foreign_keys=began_by_id)
    ended_by: Mapped[User | None] = relationship(foreign_keys=ended_by_id)


class MonthlyTest(Base):
    """The test that premises are asked for once a month (`month` "2026-11", WIB), and what came of it.

    `result` is "asked" until it is "passed" (METEOR received what was sent) or "missed" (the month is over).
    """

    __tablename__ = "monthly_tests"
    __table_args__ = (UniqueConstraint("premises_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"))
    month: Mapped[str]
    result: Mapped[str] = mapped_column(default="asked", server_default=text("'asked'"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    premises: Mapped[Premises] = relationship(lazy="joined")


class ContactCall(Base):
    """A call to a contact of premises about an incident, and its `answer` (see sas.second_sign)."""

    __tablename__ = "contact_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    contact: Mapped[str]
    answer: Mapped[str]
    called_at: Mapped[datetime]
    called_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    called_by: Mapped[User] = relationship()


class PremisesCancellation(Base):
    """A cancellation by premises.

    `reason` is "safe" or "mistake", `forced` a wrong code, `verified` a right one.
    """

    __tablename__ = "premises_cancellations"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    reason: Mapped[str]
    forced: Mapped[bool]
    verified: Mapped[bool]
    said_at: Mapped[datetime]
    said_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
