"""Who lives where: households and residents, and who leads an RT."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.secrets import Sealed
from meteor.territory.models import Rt


class Leadership(Base):
    """A user leads an RT: one RT each, though an RT may have several leaders."""

    __tablename__ = "leaderships"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    rt_id: Mapped[int] = mapped_column(ForeignKey("rt.id"), index=True)

    user: Mapped[User] = relationship(lazy="joined")
    rt: Mapped[Rt] = relationship(lazy="joined")


class Household(Base):
    """A home in an RT. The position is in degrees WGS-84, taken at the door, `accuracy` in metres."""

    __tablename__ = "households"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    rt_id: Mapped[int] = mapped_column(ForeignKey("rt.id"), index=True)
    address: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    rt: Mapped[Rt] = relationship(lazy="joined")
    residents: Mapped[list["Resident"]] = relationship(back_populates="household")


class Resident(Base):
    """A person who lives in a household. Moved-out residents stay, with the date.

    `needs` are words of NEEDS, kept only with `needs_consent_at`. `verified_at` is the RT leader's word that this
    person lives here; a sign-up has none at first. `claim_hash` is the SHA-256 of the code on the claim card.
    """

    __tablename__ = "residents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(index=True)
    nik_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_index: Mapped[str | None] = mapped_column(index=True)
    needs: Mapped[str] = mapped_column(default="")
    needs_consent_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claim_hash: Mapped[str | None] = mapped_column(unique=True)
    claim_expires_at: Mapped[datetime | None]
    moved_out_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    household: Mapped[Household] = relationship(back_populates="residents", lazy="joined")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])

    nik = Sealed()

    def __init__(self, **values: object) -> None:
        self.id = uuid4()  # before anything is sealed to it
        super().__init__(**values)


NEEDS = ("elderly", "disabled", "infant", "pregnant", "chronic_illness")
