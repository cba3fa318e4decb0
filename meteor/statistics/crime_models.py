"""Figures of crime that the police give."""

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base


class CrimeFigure(Base):
    """A number of cases as the police give it, with its `source`. METEOR's own cases are never in it.

    `month` counts from 1; 0 is the whole year. `kind` is in the words of the police, "" for all kinds. `area` is the
    code of a kelurahan, "" for the whole city. None of these may be NULL: they are unique together.
    """

    __tablename__ = "crime_figures"
    __table_args__ = (UniqueConstraint("year", "month", "kind", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    month: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    kind: Mapped[str] = mapped_column(default="", server_default=text("''"))
    area: Mapped[str] = mapped_column(default="", server_default=text("''"))
    cases: Mapped[int]
    source: Mapped[str]
