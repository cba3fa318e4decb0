"""Incident types with response plans, escalation chains, call scripts and advice."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.agencies.models import Agency, Capability
from meteor.store.database import Base


class IncidentType(Base):
    """A kind of incident: priority 1 (life at risk) to 4 (can wait). `kind` is the alert's word that leads to it.

    `agency_id` is the agency that leads, and whose queue shows it even before a unit is chosen. `keywords` are the
    words, parted by commas, that a call-taker may find it by. Within `duplicate_radius` metres two reports may be of
    the same incident. Of one that rings the `neighbours`, those around who wish to help are told at once; one with a
    `silent_approach` is gone to without sirens, by way of a staging point. A unit that did not answer an offer gets it
    again after `offer_again_after` seconds, while it is needed. A unit on scene that has given no word for
    `welfare_after` minutes is asked whether all is well; 0 is never.
    """

    __tablename__ = "incident_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str | None] = mapped_column(unique=True)
    name_id: Mapped[str]
    name_en: Mapped[str]
    priority: Mapped[int]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    active: Mapped[bool] = mapped_column(default=True)
    keywords: Mapped[str] = mapped_column(default="", server_default=text("''"))
    duplicate_radius: Mapped[int] = mapped_column(default=250, server_default=text("250"))
    neighbours: Mapped[bool] = mapped_column(default=False, server_default=false())
    silent_approach: Mapped[bool] = mapped_column(default=False, server_default=false())
    offer_again_after: Mapped[int] = mapped_column(default=90, server_default=text("90"))
    welfare_after: Mapped[int] = mapped_column(default=40, server_default=text("40"))

    agency: Mapped[Agency] = relationship(lazy="joined")
    plan: Mapped[list["PlanItem"]] = relationship(cascade="all, delete-orphan", order_by="PlanItem.position")
    chain: Mapped[list["EscalationStep"]] = relationship(cascade="all, delete-orphan", order_by="EscalationStep.after")


class PlanItem(Base):
    """A line of a response plan: `count` units with `capability`, in a role, where that has a name of its own."""

    __tablename__ = "plan_items"

    type_id: Mapped[int] = mapped_column(ForeignKey("incident_types.id"), primary_key=True)
    capability: Mapped[str] = mapped_column(ForeignKey("capabilities.code"), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    role_id: Mapped[str] = mapped_column(default="", server_default=text("''"))
    role_en: Mapped[str] = mapped_column(default="", server_default=text("''"))

    asked: Mapped[Capability] = relationship(lazy="joined")


class EscalationStep(Base):
    """A step of a type's escalation chain: `role` is notified after `after` seconds without acknowledgement."""

    __tablename__ = "escalation_steps"
    __table_args__ = (UniqueConstraint("type_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("incident_types.id"))
    role: Mapped[str]
    after: Mapped[int]


class TypeQuestion(Base):
    """A question of a type's call script. `position` counts from 1.

    `answers` in their order: {"text_id", "text_en", "priority"}, where the priority (1–4) that an answer gives to the
    incident is None if it gives none.
    """

    __tablename__ = "type_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("incident_types.id"), index=True)
    position: Mapped[int]
    text_id: Mapped[str]
    text_en: Mapped[str]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class TypeAdvice(Base):
    """Advice of a type for the caller: a title, and steps, one in each line. `position` counts from 1."""

    __tablename__ = "type_advice"

    id: Mapped[int] = mapped_column(primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("incident_types.id"), index=True)
    position: Mapped[int]
    title_id: Mapped[str]
    title_en: Mapped[str]
    text_id: Mapped[str]
    text_en: Mapped[str]
