"""Which warnings hold, for whom, and which version of that a page shows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale

from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import labels, reading
from meteor.warnings.feed_models import WarningFeed
from meteor.warnings.models import HazardWarning
from tests.cast import Cast
from tests.warnings.scenes import RAIN, cancel, publish, settle_in, tell_all

pytestmark = pytest.mark.both_databases


def held() -> list[int]:
    return [warning.id for warning in reading.current(now())]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "Exercise"}, {"status": "Test"}, {"status": "System"}, {"message_type": "Cancel"},
        {"message_type": "Ack"}, {"minutes": 0}, {"onset": timedelta(minutes=1)}, {"ended_at": timedelta()},
    ],
)  # fmt: skip
def test_what_is_no_warning_or_not_in_its_time_does_not_hold(app: Flask, cast: Cast, values: dict[str, object]) -> None:
    publish("Mayangan", **{name: now() + it if isinstance(it, timedelta) else it for name, it in values.items()})
    assert held() == []


def test_a_warning_of_other_places_is_none_of_the_city(app: Flask, cast: Cast) -> None:
    publish(severity="Extreme")
    publish(severity="Extreme", onset=now() + timedelta(minutes=10))
    publish(severity="Extreme", minutes=-5)
    assert (held(), list(reading.upcoming(now())), db.session.scalars(reading.past(now())).all()) == ([], [], [])
    assert reading.concerns(cast.sari.id, now()).elsewhere == []
    assert reading.current_version(now()).count("-") == 0


def test_a_warning_holds_from_its_onset_to_its_end(app: Flask, cast: Cast) -> None:
    rain = publish("Mayangan", onset=now() + timedelta(minutes=10), minutes=60)
    assert ([it.id for it in reading.upcoming(now())], held()) == ([rain.id], [])
    for moment, holds in ((rain.onset, True), (rain.expires - timedelta(seconds=1), True), (rain.expires, False)):
        assert bool(reading.current(moment)) is holds


def test_an_update_with_a_later_onset_leaves_no_gap(app: Flask, cast: Cast) -> None:
    later = publish("Mayangan", replaces=[publish("Mayangan")], onset=now() + timedelta(minutes=10))
    assert (held(), list(reading.upcoming(now()))) == ([later.id], [])


def test_the_most_severe_comes_first_and_of_these_the_newest(app: Flask, cast: Cast) -> None:
    ids = {
        name: publish("Mayangan", severity=name).id for name in ("Moderate", "Extreme", "Unknown", "Severe", "Minor")
    }
    older = publish("Mayangan", severity="Severe", sent=now() - timedelta(hours=1)).id
    assert held() == [ids["Extreme"], ids["Severe"], older, ids["Moderate"], ids["Minor"], ids["Unknown"]]


def test_residents_of_a_kelurahan_see_its_warnings_and_elsewhere_only_severe_ones(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Sukabumi", verified=False)
    here = publish("Mayangan", severity="Minor", exact=False)
    there = publish("Sukabumi", severity="Severe")
    publish("Sukabumi", severity="Moderate")
    sari, slamet, komang = (reading.concerns(user.id, now()) for user in (cast.sari, cast.slamet, cast.komang))
    assert (sari.here, sari.exact, sari.elsewhere) == ([here.id], frozenset(), [there.id])
    assert (slamet.here[0], slamet.exact >= {there.id}, slamet.elsewhere) == (there.id, True, [])
    assert (komang.here, komang.elsewhere, komang.has_home) == ([], [there.id], False)


def test_the_version_changes_with_what_holds_what_is_over_and_the_day(app: Flask, cast: Cast) -> None:
    def version(at_home: bool = True) -> str:
        return reading.concerns((cast.sari if at_home else cast.komang).id, now()).version

    seen = [version()]
    rain = publish("Mayangan")
    seen.append(version())
    rain.touched[0].exact = False
    db.session.commit()
    seen.append(version())
    assert version() == seen[-1]
    tell_all()
    assert version() == seen[-1]
    cancel(rain)
    tell_all()
    seen.append(version())
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        seen.append(version())
    assert len(set(seen)) == len(seen)


def test_that_a_warning_is_over_is_shown_for_three_hours_or_until_it_is_known(app: Flask, cast: Cast) -> None:
    rain = publish("Mayangan")
    tell_all()
    cancel(rain)
    tell_all()
    at, over = now(), reading.concerns(cast.sari.id, now()).over
    assert over is not None
    assert reading.concerns(cast.sari.id, at + timedelta(hours=4)).over is None
    db.session.get_one(Notice, over).acknowledged_at = at
    db.session.commit()
    assert reading.concerns(cast.sari.id, at).over is None


def test_the_history_has_what_ended_within_thirty_days_and_says_how(app: Flask, cast: Cast) -> None:
    expired = publish("Mayangan", minutes=-5)
    updated = publish("Mayangan")
    newer = publish("Mayangan", replaces=[updated])
    cancel(newer)
    publish("Mayangan")
    publish("Mayangan", minutes=-5, status="Exercise")
    publish("Mayangan", minutes=-5, sent=now() - timedelta(days=31))
    past = db.session.scalars(reading.past(now())).all()
    endings = reading.endings(past)
    with force_locale("id"):
        said = {it.id: labels.ending(it, endings.get(it.id)) for it in past}
    assert said == {expired.id: "Berakhir", updated.id: "Diperbarui", newer.id: "Dicabut"}


def test_a_feed_counts_as_unreached_after_thirty_minutes(app: Flask, cast: Cast) -> None:
    at = now()
    for name, minutes in (("new", 29), ("old", 31), ("never", None)):
        reached = at - timedelta(minutes=minutes) if minutes else None
        db.session.add(WarningFeed(name=name, url=name, kind="cap", succeeded_at=reached))
    db.session.add(WarningFeed(name="off", url="off", kind="cap", active=False))
    db.session.commit()
    assert [feed.name for feed in reading.unreached(at)] == ["never", "old"]


# --- words ---


@pytest.fixture
def indonesian(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("id"):
        yield


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        ("Extreme", "Awas"), ("Severe", "Siaga"), ("Moderate", "Waspada"), ("Minor", "Perhatian"),
        ("Unknown", "Informasi"), ("Terrible", "Informasi"),
    ],
)  # fmt: skip
def test_a_severity_has_the_word_that_people_know(indonesian: None, severity: str, word: str) -> None:
    assert str(labels.level(severity).word) == word


def test_each_level_has_an_icon_of_its_own_shape(app: Flask) -> None:
    levels = [labels.level(severity) for severity in ("Extreme", "Severe", "Moderate", "Minor")]
    assert len({level.icon for level in levels}) == len({level.look for level in levels}) == len(levels)


def test_a_text_falls_back_to_another_language(app: Flask) -> None:
    warning = HazardWarning(texts={"en": {"event": "Rain", "headline": " "}, "jv": {"headline": "Udan"}})
    with app.test_request_context(), force_locale("id"):
        assert labels.text(warning, "event") == "Rain"
        assert labels.text(warning, "headline") == "Udan"
        assert labels.text(warning, "instruction") == ""
    with app.test_request_context(), force_locale("en"):
        assert labels.hazard(HazardWarning(texts=RAIN)) == "Heavy rain and strong wind"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Jauhi pohon. Tutup jendela.", "Jauhi pohon."), ("Tetap tenang", "Tetap tenang"), ("", ""),
        ("Jauhi pantai sejauh 1.5 km! Naik.", "Jauhi pantai sejauh 1.5 km!"),
    ],
)  # fmt: skip
def test_the_first_sentence_says_what_to_do(words: str, first: str) -> None:
    one, rest = labels.first_sentence(words)
    assert one == first
    assert f"{one} {rest}".strip() == words


@time_machine.travel("2026-11-24T07:03:00Z", tick=False)
def test_a_time_has_its_day_unless_it_is_today(indonesian: None) -> None:
    assert labels.moment(now() + timedelta(hours=2)) == "16.03 WIB"
    assert labels.moment(now() + timedelta(hours=12)) == "25 Nov 02.03 WIB"
