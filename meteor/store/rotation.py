"""Rotation of keys: seals all values under the present keys, in batches, while METEOR runs."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import func, select

from meteor.store import secrets
from meteor.store.database import Base, db
from meteor.store.secrets import PREFIX_BYTES, Sealed

BATCH = 100
"""Values in one transaction: about 20 ms."""


class Column(NamedTuple):
    """A sealed attribute of a model."""

    model: Any
    name: str

    @property
    def label(self) -> str:
        return f"{self.model.__tablename__}.{self.name}"

    @property
    def sealed(self) -> Any:
        return getattr(self.model, f"{self.name}_sealed")


def columns() -> Iterator[Column]:
    """Every sealed attribute."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__tablename__):
        for name, attribute in vars(mapper.class_).items():
            if isinstance(attribute, Sealed):
                yield Column(mapper.class_, name)


def left() -> dict[str, int]:
    """Number of values of each column that are not sealed under the present keys."""
    return {column.label: sum(_beginnings(column).values()) for column in columns()}


def needed() -> tuple[set[int], set[int], int]:
    """The old data keys and index keys that values still need (1: the newest), and how many values are unknown.

    A value without a prefix may need any of them.
    """
    data, index, unknown = set(), set(), 0
    for beginning, count in (pair for column in columns() for pair in _beginnings(column).items()):
        pair = secrets.old_keys_of(beginning)
        if pair is None:
            unknown += count
        else:
            data.add(pair[0])
            index.add(pair[1])
    return data - {0}, index - {0}, unknown


def step(column: Column) -> int:
    """Seal and index up to BATCH values of a column under the present keys. Returns their number. Does not commit."""
    waiting = select(column.model).where(*_not_present(column)).order_by(column.model.id).limit(BATCH)
    rows = db.session.scalars(waiting.with_for_update(of=column.model)).all()
    for row in rows:
        setattr(row, column.name, getattr(row, column.name))
    db.session.flush()
    return len(rows)


def advice() -> str:
    """Advice on the old keys that are still needed; empty without old keys."""
    if not secrets.rotating():
        return ""
    data, index, unknown = needed()
    if not (data or index or unknown):
        return "No sealed value needs an old key. Keep METEOR_INDEX_KEY_OLD until printed claim cards have ended."
    keys = [f"key {at} of METEOR_DATA_KEY_OLD" for at in sorted(data)]
    keys += [f"key {at} of METEOR_INDEX_KEY_OLD" for at in sorted(index)]
    keys += [f"any of them ({unknown} values do not name their key)"] if unknown else []
    return f"Still needed: {', '.join(keys)}. Run flask rotate-key."


def _beginnings(column: Column) -> dict[bytes, int]:
    """Number of values for each key prefix other than the present one."""
    beginning = func.substr(column.sealed, 1, PREFIX_BYTES)
    query = select(beginning, func.count()).where(*_not_present(column)).group_by(beginning)
    return {bytes(found): count for found, count in db.session.execute(query)}


def _not_present(column: Column) -> tuple[Any, ...]:
    return column.sealed.is_not(None), func.substr(column.sealed, 1, PREFIX_BYTES) != secrets.prefix()
