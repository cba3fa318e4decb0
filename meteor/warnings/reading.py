"""Queries of warnings that hold, for a reader or for all, of later and of past ones."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store.database import db, execute
from meteor.store.moments import WIB
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.warnings.feed_models import WarningFeed
from meteor.warnings.models import SEVERITIES, HazardWarning, WarnedKelurahan
from meteor.warnings.touched import names_rt

OVER = "warning_over"
"""The kind of a notice that a warning does not hold any more for its reader."""

OVER_SHOWN = timedelta(hours=3)
"""Time for which a page shows such a notice."""

SHOWN_TO_ALL = ("Severe", "Extreme")
"""Severities that are shown also to readers outside of the touched kelurahan."""

KEPT = timedelta(days=30)
"""Age of the oldest warning in the history on the public page."""

UNREACHED = timedelta(minutes=30)
"""Time without a success after which a feed counts as not reached."""

BEGINS = case(
    (HazardWarning.message_type == "Update", HazardWarning.sent),
    else_=func.coalesce(HazardWarning.onset, HazardWarning.sent),
)
"""SQL: from when on a warning holds. An update does at once: what it replaces does not any more."""


class Concerns(NamedTuple):
    """Ids of the warnings that hold now, most severe first: `here`, where the reader lives, and `elsewhere`.

    Of those in `here` not in `exact` the kelurahan is touched approximately; those in `rt` name the reader's RT, the
    others are for the whole kelurahan. `over` is the newest notice, if there is
    one, that a warning ended for the reader. `version` changes whenever a page that shows them does.
    """

    here: Sequence[int]
    exact: frozenset[int]
    rt: frozenset[int]
    elsewhere: Sequence[int]
    has_home: bool
    over: int | None
    version: str


def concerns(user_id: int, at: datetime) -> Concerns:
    """The warnings that concern a user, resident or not, by two statements."""
    rows = by_severity(execute(_CONCERNS, reader=user_id, at=at).all())
    over = execute(_OVER, reader=user_id, since=at - OVER_SHOWN).scalar()
    here = [row.id for row in rows if row.exact is not None]
    exact = frozenset(row.id for row in rows if row.exact)
    rt = frozenset(row.id for row in rows if row.exact is not None and row.in_rt)
    elsewhere = [row.id for row in rows if row.exact is None and row.severity in SHOWN_TO_ALL]
    has_home = any(row.home is not None for row in rows)
    parts = (here, sorted(exact), sorted(rt), elsewhere, [int(has_home), over or 0, at.astimezone(WIB).toordinal()])
    version = "_".join("-".join(map(str, part)) for part in parts)
    return Concerns(here, exact, rt, elsewhere, has_home, over, version)


def current(at: datetime) -> Sequence[HazardWarning]:
    """All warnings that hold, most severe first."""
    query = select(HazardWarning).where(*holds(at)).options(*_AREAS)
    return by_severity(db.session.scalars(query).all())


def current_version(at: datetime) -> str:
    """The version of `current`, and of the day that it is."""
    rows = by_severity(execute(_HELD, at=at).all())
    return "-".join(str(number) for number in (at.astimezone(WIB).toordinal(), *(row.id for row in rows)))


def upcoming(at: datetime) -> Sequence[HazardWarning]:
    """Warnings that were published and hold later, the earliest first."""
    query = select(HazardWarning).where(*may_hold(at), HazardWarning.touched.any(), at < BEGINS)
    query = query.options(*_AREAS).order_by(HazardWarning.onset)
    return db.session.scalars(query).all()


def past(at: datetime) -> Select[HazardWarning]:
    """Warnings of the last KEPT that do not hold any more: those that others updated or cancelled, and expired ones."""
    over = or_(HazardWarning.ended_at.is_not(None), HazardWarning.expires <= at)
    recent = HazardWarning.sent >= at - KEPT, HazardWarning.message_type != "Cancel"
    return select(HazardWarning).where(*recent, HazardWarning.status == "Actual", HazardWarning.touched.any(), over)


def find(warning_id: int) -> HazardWarning | None:
    """A warning that the public may read. Exercises and tests are not among them."""
    return db.session.scalar(
        select(HazardWarning).where(HazardWarning.id == warning_id, HazardWarning.status == "Actual").options(*_AREAS)
    )


def replaced_by(warning: HazardWarning) -> Sequence[HazardWarning]:
    """The warnings that this message updated or cancelled."""
    return db.session.scalars(select(HazardWarning).where(HazardWarning.ended_by_id == warning.id)).all()


def earlier(message: HazardWarning) -> list[HazardWarning]:
    """The chain of messages that this one took the place of, oldest first, without itself."""
    found: list[HazardWarning] = []
    newest: Sequence[HazardWarning] = [message]
    while newest:
        query = select(HazardWarning).where(HazardWarning.ended_by_id.in_([each.id for each in newest]))
        # two messages may each name the other
        newest = [each for each in db.session.scalars(query.order_by(HazardWarning.id)) if each not in found]
        found = [*newest, *found]
    return found


def endings(warnings: Iterable[HazardWarning]) -> dict[int, str]:
    """The type of the message (Update, Cancel) that ended each warning, by the warning's id."""
    newer = aliased(HazardWarning)
    query = select(HazardWarning.id, newer.message_type).join(newer, newer.id == HazardWarning.ended_by_id)
    return dict(db.session.execute(query.where(HazardWarning.id.in_([it.id for it in warnings]))).all())


def unreached(at: datetime) -> Sequence[WarningFeed]:
    """Active feeds that were not reached for UNREACHED, those that never were first."""
    long_ago = or_(WarningFeed.succeeded_at.is_(None), WarningFeed.succeeded_at < at - UNREACHED)
    query = select(WarningFeed).where(WarningFeed.active, long_ago)
    return sorted(db.session.scalars(query), key=lambda it: (it.succeeded_at is not None, it.succeeded_at))


def has_feeds() -> bool:
    """Return whether there is any active feed."""
    return db.session.scalar(select(WarningFeed.id).where(WarningFeed.active).limit(1)) is not None


def bounded() -> frozenset[int]:
    """Ids of the kelurahan whose boundary is known."""
    return frozenset(db.session.scalars(select(Kelurahan.id).where(Kelurahan.boundary.is_not(None))))


def rank(severity: str) -> int:
    """The place of a severity among SEVERITIES; of any other word that of an unknown one."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def by_severity(rows: Iterable[Any]) -> list[Any]:
    """Warnings or rows with `severity`, `sent` and `id`: the most severe first, of these the newest."""
    return sorted(rows, key=lambda row: (-rank(row.severity), -row.sent.timestamp(), -row.id))


def holds(at: Any) -> Sequence[ColumnElement[bool]]:
    """Conditions: a warning holds in the city at a moment. A cancellation never does, nor an exercise."""
    return *may_hold(at), HazardWarning.touched.any(), at >= BEGINS


def may_hold(at: Any) -> Sequence[ColumnElement[bool]]:
    """Conditions: a warning holds at a moment, or will, in the city or elsewhere."""
    real = HazardWarning.status == "Actual", HazardWarning.message_type.in_(("Alert", "Update"))
    return HazardWarning.ended_at.is_(None), HazardWarning.expires > at, *real


_AREAS = selectinload(HazardWarning.touched), selectinload(HazardWarning.touched_rts)
_HELD = select(HazardWarning.id, HazardWarning.severity, HazardWarning.sent).where(*holds(bindparam("at")))

_home_rt = (
    select(Household.rt_id)
    .join(Resident, Resident.household_id == Household.id)
    .where(
        Resident.user_id == bindparam("reader"), Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)
    )
    .scalar_subquery()
)  # fmt: skip
_home = select(Rw.kelurahan_id).join(Rt, Rt.rw_id == Rw.id).where(Rt.id == _home_rt).scalar_subquery()
_CONCERNS = (
    _HELD.add_columns(WarnedKelurahan.exact, _home.label("home"), names_rt(HazardWarning.id, _home_rt).label("in_rt"))
    .select_from(HazardWarning)
    .outerjoin(
        WarnedKelurahan,
        and_(
            WarnedKelurahan.warning_id == HazardWarning.id,
            WarnedKelurahan.kelurahan_id == _home,
            or_(names_rt(HazardWarning.id, _home_rt), WarnedKelurahan.whole),
        ),
    )
)
_OVER = select(func.max(Notice.id)).where(
    Notice.user_id == bindparam("reader"),
    Notice.kind == OVER,
    Notice.acknowledged_at.is_(None),
    Notice.created_at > bindparam("since"),
)
