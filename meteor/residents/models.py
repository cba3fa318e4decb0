"""Households, residents, and leaders of RT."""

import re
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.secrets import Sealed
from meteor.territory.models import Rt

NEEDS = ("elderly", "disabled", "infant", "pregnant", "chronic_illness")
"""Needs of a resident that rescuers may know, with consent."""

_LIVES = "verified_at is not null and moved_out_on is null"
_CLAIMABLE = "claim_hash is not null"


def key_of(address: str) -> str:
    """An address by which homes are sorted as people count (2 before 10), and by which two spellings are one home."""
    return re.sub(r"[0-9]+", lambda number: number[0].zfill(6), " ".join(address.lower().split()))


class Leadership(Base):
    """A user leads an RT: one RT each, though an RT may have several leaders."""

    __tablename__ = "leaderships"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    rt_id: Mapped[int] = mapped_column(ForeignKey("rt.id"), index=True)

    user: Mapped[User] = relationship(lazy="joined")
    rt: Mapped[Rt] = relationship(lazy="joined")


class Household(Base):
    """A home in an RT. The position is in degrees WGS-84, taken at the door, `accuracy` in metres.

    `address_key` follows the address: see key_of.
    """

    __tablename__ = "households"
    __table_args__ = (Index("ix_households_position", "latitude", "longitude"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    rt_id: Mapped[int] = mapped_column(ForeignKey("rt.id"), index=True)
    address: Mapped[str]
    address_key: Mapped[str] = mapped_column(index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    rt: Mapped[Rt] = relationship(lazy="joined")
    residents: Mapped[list["Resident"]] = relationship(back_populates="household")

    @validates("address")
    def _keep_key(self, name: str, address: str) -> str:
        self.address_key = key_of(address)
        return address


class Resident(Base):
    """A person who lives in a household. Moved-out residents stay, with the date.

    `needs` are words of NEEDS with spaces between, `health` is the person's own text about illness, medicine or
    disability; both are kept only with `needs_consent_at`. `verified_at` is the RT leader's
    word that this person lives here; a sign-up has none at first, and a `rejection` (the reason) when the leader does
    not know them. `claim_hash` is the keyed hash of the code on the newest claim card. Of the verified who live
    somewhere, one has a NIK; a sign-up may say any. `helps_since` is when they agreed to be rung for neighbours.
    """

    __tablename__ = "residents"
    __table_args__ = (
        Index("uq_residents_nik_index_lives", "nik_index", unique=True, postgresql_where=text(_LIVES),
              sqlite_where=text(_LIVES)),
        Index("ix_residents_claimable", "claim_expires_at", postgresql_where=text(_CLAIMABLE),
              sqlite_where=text(_CLAIMABLE)),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(index=True)
    nik_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_index: Mapped[str | None] = mapped_column(index=True)
    needs: Mapped[str] = mapped_column(default="")
    health_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    needs_consent_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    rejected_at: Mapped[datetime | None]
    rejection: Mapped[str] = mapped_column(default="")
    claim_hash: Mapped[str | None] = mapped_column(unique=True)
    claim_expires_at: Mapped[datetime | None]
    moved_out_on: Mapped[date | None]
    helps_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    household: Mapped[Household] = relationship(back_populates="residents", lazy="joined")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    verified_by: Mapped[User | None] = relationship(foreign_keys=[verified_by_id])

    nik = Sealed()
    health = Sealed(indexed=False)

    def __init__(self, **values: object) -> None:
        self.id = uuid4()  # before anything is sealed to it
        super().__init__(**values)

    @property
    def nik_ending(self) -> str | None:
        """The last four digits of the NIK: all that a page shows."""
        return self.nik[-4:] if self.nik else None

    @property
    def state(self) -> str:
        """Return moved_out, rejected, waiting (for the RT leader's word) or verified."""
        if self.moved_out_on:
            return "moved_out"
        if self.rejected_at:
            return "rejected"
        return "verified" if self.verified_at else "waiting"


LIVES_HERE = Resident.verified_at.is_not(None), Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)
"""SQL: the conditions of a verified resident who lives in the household."""
