"""Premises, their users, contacts and pictures."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.secrets import Sealed

KINDS = (
    "bank", "gold_shop", "pawnshop", "minimarket", "petrol_station", "school", "office", "factory", "health", "worship",
    "house", "other",
)  # fmt: skip

PICTURES = ("plan", "photo")


class Premises(Base):
    """A bank, a shop, a house … The position, of its middle, and the entrance are in degrees WGS-84.

    `opening_hours` has a list for each day of the week, Monday first: [["08:00", "15:00"], …], WIB; empty if nobody
    told. `hazards` is what officers should know before they go in, `phone` (E.164) its own number.
    """

    __tablename__ = "premises"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    address: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    entrance_latitude: Mapped[float | None]
    entrance_longitude: Mapped[float | None]
    phone: Mapped[str | None] = mapped_column(index=True)
    opening_hours: Mapped[list[Any]] = mapped_column(JSON, default=list)
    hazards: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    contacts: Mapped[list["Contact"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Contact.position"
    )
    users: Mapped[list["PremisesUser"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    pictures: Mapped[list["Picture"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Picture.uploaded_at"
    )


class Contact(Base):
    """A person to call about premises, in the order of `position`, from 1. `phone` is E.164.

    The pass phrase is what this person answers when asked whether all is well; it is sealed.
    """

    __tablename__ = "premises_contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    pass_phrase_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    pass_phrase = Sealed(indexed=False)

    def __init__(self, **values: object) -> None:
        self.id = uuid4()  # before anything is sealed to it
        super().__init__(**values)


class PremisesUser(Base):
    """A user who may raise an alarm for the premises and sees them. A user may have several premises.

    `tested_at` is when the user's first test of the silent button arrived. `ready_word` is the user's own word for
    "ready" on that button's page, which means nothing to anybody else.
    """

    __tablename__ = "premises_users"

    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)

    tested_at: Mapped[datetime | None]
    ready_word: Mapped[str] = mapped_column(default="", server_default=text("''"))

    user: Mapped[User] = relationship(lazy="joined")


class Picture(Base):
    """A floor plan or a photo, of PICTURES. The file lies outside of what the web serves, under its id."""

    __tablename__ = "premises_pictures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), index=True)
    kind: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
