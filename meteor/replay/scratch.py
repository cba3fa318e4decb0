"""The city that a year is played in: the demo city's areas and units, in a database that holds nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import inspect, select, update

from meteor.accounts.models import User
from meteor.agencies import travel
from meteor.agencies.models import Agency, Unit
from meteor.agencies.travel import Pace
from meteor.demo import areas, services
from meteor.dispatch.choice import PlanLine
from meteor.geo import Point
from meteor.protocols.models import IncidentType
from meteor.replay.dispatching import FleetUnit
from meteor.replay.memory_dispatch import CREW
from meteor.replay.memory_fleet import MemoryFleet, MemoryUnit
from meteor.replay.memory_incident import TypeRules
from meteor.store.database import Base, db
from meteor.territory import city_cells
from meteor.territory.city_cells import Cell

MOTORBIKE, PATROL = "motorbike", "patrol"

BEGAN = datetime(2022, 12, 1, tzinfo=UTC)
"""All units are free from this moment on."""


class NotEmpty(Exception):
    """The database has tables. A replay writes into an empty one only."""


class City(NamedTuple):
    """The units with their bases, the agencies' reserves, the types' rules, the paces, and the city's cells."""

    fleet: dict[str, FleetUnit]
    units: tuple[MemoryUnit, ...]
    reserves: dict[int, int]
    types: dict[str, TypeRules]
    paces: Mapping[str, Pace]
    cells: list[Cell]

    @property
    def motorbikes(self) -> list[str]:
        """The call signs of the motorbikes that patrol."""
        patrols = (unit.call_sign for unit in self.units if PATROL in unit.capabilities)
        return [call_sign for call_sign in patrols if self.fleet[call_sign].kind == MOTORBIKE]

    def asking(self, capability: str) -> frozenset[str]:
        """The codes of the types whose plans ask for a capability."""
        return frozenset(
            code for code, rules in self.types.items() if any(line.capability == capability for line in rules.plan)
        )

    def with_posts(self, posts: Mapping[str, Point]) -> "City":
        """The city in which the units of `posts` (by call sign) stand there."""
        fleet = {name: unit._replace(base=posts.get(name, unit.base)) for name, unit in self.fleet.items()}
        units = tuple(replace(unit, place=fleet[unit.call_sign].base) for unit in self.units)
        return self._replace(fleet=fleet, units=units)

    def in_memory(self) -> MemoryFleet:
        """A fleet in which all units are free at their bases."""
        return MemoryFleet((replace(unit) for unit in self.units), self.reserves)


def build(posts: Mapping[str, Point]) -> None:
    """Fill an empty database, and commit. All units are on duty; those of `posts` (by call sign) stand there.

    Raises NotEmpty, and then has touched nothing. After any other failure the database is as empty as before.
    """
    if inspect(db.engine).get_table_names():
        raise NotEmpty
    try:
        _fill(posts)
    except BaseException:  # also Ctrl-C: tables that stayed would refuse each later replay
        clear()
        raise


def _fill(posts: Mapping[str, Point]) -> None:
    Base.metadata.create_all(db.engine)
    areas.build()
    services.build()
    db.session.add(User(id=CREW, username="model", name="Model"))
    db.session.execute(update(Unit).values(status="available", idle_since=BEGAN))
    for call_sign, (latitude, longitude) in posts.items():
        stands = update(Unit).where(Unit.call_sign == call_sign)
        db.session.execute(stands.values(base_latitude=latitude, base_longitude=longitude))
    db.session.commit()


def clear() -> None:
    """Drop what `build` has made."""
    db.session.remove()
    Base.metadata.drop_all(db.engine)


def city() -> City:
    """The city with its present posts; the database is as empty afterwards as it was. Raises NotEmpty."""
    build({})
    try:
        return read()
    finally:
        clear()


def read() -> City:
    """The city as it is in the database."""
    units = db.session.scalars(select(Unit).order_by(Unit.id)).all()
    return City(
        fleet={unit.call_sign: _fleet_unit(unit) for unit in units},
        units=tuple(_memory_unit(unit) for unit in units),
        reserves={agency.id: agency.reserve for agency in db.session.scalars(select(Agency).order_by(Agency.id))},
        types={each.code: _rules(each) for each in db.session.scalars(select(IncidentType).order_by(IncidentType.id))},
        paces=travel.paces(),
        cells=city_cells.cells(city_cells.centroids()),
    )


def _fleet_unit(unit: Unit) -> FleetUnit:
    return FleetUnit(unit.call_sign, unit.agency.code, unit.kind, (unit.base_latitude, unit.base_longitude))


def _memory_unit(unit: Unit) -> MemoryUnit:
    capabilities = frozenset(each.capability for each in unit.capabilities)
    place = (unit.base_latitude, unit.base_longitude)
    return MemoryUnit(unit.id, unit.call_sign, unit.agency_id, capabilities, place, unit.idle_since)


def _rules(known: IncidentType) -> TypeRules:
    plan = tuple(PlanLine(line.capability, line.count) for line in known.plan)
    return TypeRules(known.id, known.priority, known.offer_again_after, plan)
