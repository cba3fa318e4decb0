"""The index of words of all incidents: the scheduler adds what has happened since it looked last."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.board.models import SearchProgress, SearchWord
from meteor.board.search_words import words_of
from meteor.incidents import timeline
from meteor.incidents.event_labels import said
from meteor.incidents.models import Event, Incident
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute, insert_once
from meteor.territory.models import Kecamatan, Kelurahan

SLICE = 50
"""Events of one transaction: the right to write is given back within some 20 ms."""

OVERLAP = 20
"""Events before the newest indexed one that are read again: of two at once the later may be committed first."""

_ROW = 1


def extend(at: datetime) -> bool:
    """Add the words of the next SLICE of events. Returns whether more may be left."""
    done = _done()
    new = _events(Event.id > done, Event.id <= done + SLICE)
    if not new and timeline.version() <= done:
        return False
    again = _events(Event.id > done - OVERLAP, Event.id <= done)
    events = [*again, *new]
    _add({(word, event.incident_id) for event in events for word in words_of(said(event))}, from_timeline=True)
    _renew({event.incident_id for event in events})
    _go_on(min(done + SLICE, timeline.version()))
    return timeline.version() > done + SLICE


def due(at: datetime) -> datetime | None:
    """`at` if an event is not in the index, else None."""
    return at if timeline.version() > _done() else None


def rebuild() -> None:
    """Forget the index; the scheduler makes it anew, and the same."""
    db.session.execute(delete(SearchWord))
    db.session.execute(delete(SearchProgress))


def _done() -> int:
    return db.session.scalar(select(SearchProgress.event_id).where(SearchProgress.id == _ROW)) or 0


def _go_on(event_id: int) -> None:
    execute(insert_once(SearchProgress), id=_ROW, event_id=0)
    db.session.execute(update(SearchProgress).where(SearchProgress.id == _ROW).values(event_id=event_id))


def _events(*which: Any) -> list[Event]:
    return list(db.session.scalars(select(Event).where(*which).order_by(Event.id)))


def _renew(incident_ids: Collection[int]) -> None:
    """Replace the words that tell what and where incidents are, and who reported them."""
    known = select(SearchWord.word, SearchWord.incident_id)
    known = known.where(SearchWord.incident_id.in_(incident_ids), ~SearchWord.from_timeline)
    before = {(word, incident_id) for word, incident_id in db.session.execute(known)}
    texts = _texts(incident_ids)
    wanted = {(word, it) for it, words in texts.items() for text in words for word in words_of(text)}
    gone = before - wanted
    if gone:
        of_them = tuple_(SearchWord.word, SearchWord.incident_id).in_(gone)
        db.session.execute(delete(SearchWord).where(of_them, ~SearchWord.from_timeline))
    _add(wanted - before, from_timeline=False)


def _texts(incident_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The texts of incidents, apart from their timelines."""
    texts: dict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(_HEADS.where(Incident.id.in_(incident_ids))):
        place = (str(row.place.get(name, "")) for name in ("words", "rt", "landmark"))
        texts[row.id] = [*place, *(text for text in row[2:] if text)]
    callers = select(Alert.incident_id, Alert.caller_name).where(Alert.incident_id.in_(incident_ids), ~Alert.repeat)
    for incident_id, name in db.session.execute(callers.where(Alert.caller_name != "").distinct()):
        texts[incident_id].append(name)
    return texts


def _add(words: Iterable[tuple[str, int]], *, from_timeline: bool) -> None:
    rows = [{"word": word, "incident_id": it, "from_timeline": from_timeline} for word, it in sorted(words)]
    if rows:
        db.session.connection().execute(insert_once(SearchWord), rows)


_HEADS = (
    select(
        Incident.id, Incident.place, IncidentType.name_id, IncidentType.name_en, Kelurahan.name, Kecamatan.name,
        Premises.name, Premises.address, User.name, Incident.outcome_note,
    )
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .outerjoin(Kelurahan, Kelurahan.id == Incident.kelurahan_id)
    .outerjoin(Kecamatan, Kecamatan.id == Kelurahan.kecamatan_id)
    .outerjoin(Premises, Premises.id == Incident.premises_id)
    .outerjoin(User, User.id == Incident.reporter_id)
)  # fmt: skip
