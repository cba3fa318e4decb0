"""The turn of all feeds: fetched first, side by side, and stored then, each message in a transaction of its own."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cached_property
from threading import Thread
from time import monotonic

from sqlalchemy import delete, select, update

from meteor.store.database import db, only_reading
from meteor.warnings import cap, earthquake_rules, earthquakes, rules
from meteor.warnings.areas import City
from meteor.warnings.feed_models import FeedEntry, WarningFeed
from meteor.warnings.fetching import Fetched, Source, fetch, problem_of
from meteor.warnings.messages import NotUnderstood

log = logging.getLogger(__name__)

EVERY = 60
"""Seconds between two turns."""

TURN = 20.0
"""Seconds for all that a turn fetches of one feed. Its job must be seen again within EVERY and half a minute."""

AGAIN = timedelta(minutes=10)
"""Pause before an entry with a problem is fetched again."""

KEPT = timedelta(days=7)
"""Time for which entries are remembered that were read. One that a feed has for longer is read again, and known."""

LONGEST_PROBLEM = 300


class _Place:
    """The city, read when the first message comes, and without the right to write."""

    @cached_property
    def city(self) -> City:
        with only_reading():
            return City()


def read_all(at: datetime) -> None:
    """Read every active feed. Commits, also before it fetches: nobody waits for a server to be allowed to write."""
    db.session.commit()
    with only_reading():
        sources = [_source(feed, at) for feed in db.session.scalars(select(WarningFeed).where(WarningFeed.active))]
    place = _Place()
    for source, fetched in _fetch_all(sources):
        _store_documents(source, fetched, at, place)
        _store_state(source, fetched, at)


def forget(at: datetime) -> None:
    """Delete what is known of entries that were read more than KEPT ago."""
    db.session.execute(delete(FeedEntry).where(FeedEntry.read_at < at - KEPT))


def _source(feed: WarningFeed, at: datetime) -> Source:
    entries = db.session.scalars(select(FeedEntry).where(FeedEntry.feed_id == feed.id)).all()
    known = {each.key: each.published for each in entries if not each.problem}
    waiting = {each.key: each.problem for each in entries if each.problem and each.read_at > at - AGAIN}
    return Source(feed.id, feed.kind, feed.url, feed.etag, feed.last_modified, known, waiting)


def _fetch_all(sources: Iterable[Source]) -> list[tuple[Source, Fetched]]:
    """Each feed in a thread of its own. One whose server, or name server, hangs is left behind."""
    found: dict[int, Fetched] = {}

    def run(source: Source) -> None:
        try:
            found[source.id] = fetch(source, TURN)
        except Exception:
            log.exception("Fetching the feed %s failed", source.id)
            found[source.id] = Fetched("failed")

    running = [(source, Thread(target=run, args=[source], daemon=True)) for source in sources]
    for _, thread in running:
        thread.start()
    last = monotonic() + TURN + 2.0
    for _, thread in running:
        thread.join(max(last - monotonic(), 0.0))
    return [(source, found.get(source.id, Fetched("slow"))) for source, _ in running]


def _store_documents(source: Source, fetched: Fetched, at: datetime, place: _Place) -> None:
    """Store what a turn has brought of a feed. Commits after each message: one that is wrong stops no other."""
    for document in fetched.documents:
        problem = document.problem
        if source.kind == "earthquakes":
            problem = _tried(lambda data: _store_earthquakes(source, fetched, data, at, place), document.data)
        elif not problem:
            problem = _tried(lambda data: _store_message(source, data, at, place), document.data)
        if document.key:
            _store_entry(source, document.key, document.published, at, problem)
        fetched.problem = fetched.problem or problem
        fetched.whole = fetched.whole and not problem


def _tried(action: Callable[[bytes], object], data: bytes) -> str:
    try:
        return problem_of(lambda: action(data))
    except Exception:
        db.session.rollback()
        log.exception("A warning could not be stored")
        return "failed"


def _store_message(source: Source, data: bytes, at: datetime, place: _Place) -> None:
    located = rules.locate(cap.read(data), place.city)
    if _stands(source):
        rules.store(located, at, source.id)
    db.session.commit()


def _store_earthquakes(source: Source, fetched: Fetched, data: bytes, at: datetime, place: _Place) -> None:
    """Store those of a list that have changed. Raises NotUnderstood, at the end for entries that cannot be read."""
    found, wrong = earthquakes.read(data)
    fetched.is_reached = True
    city = place.city
    for quake in found:
        if source.known.get(quake.key) == quake.digest or not _stands(source):
            continue
        earthquake_rules.store(quake, at, source.id, city)
        _store_entry(source, quake.key, quake.digest, at, "")
    if wrong:
        raise NotUnderstood(f"{wrong} entries have no time, place or magnitude")


def _store_entry(source: Source, key: str, published: str, at: datetime, problem: str) -> None:
    if _stands(source):
        entry = FeedEntry(feed_id=source.id, key=key, published=published, read_at=at)
        entry.problem = problem[:LONGEST_PROBLEM]
        db.session.merge(entry)
    db.session.commit()


def _store_state(source: Source, fetched: Fetched, at: datetime) -> None:
    """The server's last answer is kept only if nothing is left to read: else it would not say it again."""
    values: dict[str, object] = {"fetched_at": at, "problem": fetched.problem[:LONGEST_PROBLEM]}
    if fetched.is_reached:
        values["succeeded_at"] = at
    if fetched.whole and not fetched.problem:
        values |= {"etag": fetched.etag, "last_modified": fetched.last_modified}
    same = update(WarningFeed).where(WarningFeed.id == source.id, WarningFeed.url == source.url)
    db.session.execute(same.values(**values))
    db.session.commit()


def _stands(source: Source) -> bool:
    """Return whether the feed is still there: an administrator may have removed or changed it meanwhile."""
    same = select(WarningFeed.id).where(WarningFeed.id == source.id, WarningFeed.url == source.url)
    return db.session.scalar(same) is not None
