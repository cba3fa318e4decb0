"""Messages as they are stored: once, for their kelurahan, ended by others, whatever comes first."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from meteor.store.database import READER, db, hang_up
from meteor.store.moments import now
from meteor.warnings import cap, earthquake_rules, earthquakes, feeds, reading, rules
from meteor.warnings.areas import City
from meteor.warnings.messages import HOLDS
from meteor.warnings.models import HazardWarning, WarnedKelurahan, WarningReference
from tests.cast import Cast
from tests.store.plans import scans, statements
from tests.warnings.conftest import AddFeed
from tests.warnings.drafting import PUBLISHER, published
from tests.warnings.publisher import ELSEWHERE, MAYANGAN, SENDER, quakes, refers_to
from tests.warnings.publisher import cap as message
from tests.warnings.publisher import quake as quake_entry

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)

SEVERAL = f"""
<info><language>id</language><event>Hujan</event><severity>Moderate</severity>
  <expires>2026-11-29T10:00:00+07:00</expires>
  <area><areaDesc>Mayangan</areaDesc><polygon>{MAYANGAN}</polygon></area></info>
<info><language>en</language><event>Rain</event><severity>Severe</severity><expires>2026-11-29T12:00:00+07:00</expires>
  <area><areaDesc>Mayangan</areaDesc><polygon>{MAYANGAN}</polygon></area></info>
<info><language>id</language><event>Badai</event><severity>Extreme</severity><area><areaDesc>Batu</areaDesc>
  <polygon>{ELSEWHERE}</polygon></area></info>"""


def store(city: City, identifier: str, at: datetime = MORNING, **said: str) -> HazardWarning | None:
    stored = rules.store(rules.locate(cap.read(message(identifier, **said)), city), at, None)
    db.session.commit()
    return stored


def ended(identifier: str) -> str | None:
    """By which message it ended."""
    db.session.expire_all()
    known = db.session.scalars(select(HazardWarning).where(HazardWarning.identifier == identifier)).one()
    assert (known.ended_at is None) == (known.ended_by_id is None)
    return db.session.get_one(HazardWarning, known.ended_by_id).identifier if known.ended_by_id else None


def standing(at: datetime = MORNING) -> list[str]:
    return list(db.session.scalars(select(HazardWarning.identifier).where(*reading.holds(at))))


def test_a_message_is_stored_once_with_the_kelurahan_that_it_touches(city: City) -> None:
    first = store(city, "storm")
    assert first
    assert {each.kelurahan.name: each.exact for each in first.touched} == {"Mayangan": False, "Sukabumi": False}
    assert (first.severity, first.urgency, first.certainty) == ("Moderate", "Immediate", "Observed")
    assert (first.received_at, first.told_at, first.ended_at) == (MORNING, None, None)
    assert "<areaDesc>" in first.xml
    assert store(city, "storm") is None
    assert store(city, "storm", sender="tiruan@example.com")
    assert db.session.scalar(select(func.count()).select_from(HazardWarning)) == 2


def test_of_several_parts_those_that_touch_the_city_count(city: City) -> None:
    stored = store(city, "parts", infos=SEVERAL)
    assert stored
    assert {language: texts["event"] for language, texts in stored.texts.items()} == {"id": "Hujan", "en": "Rain"}
    assert stored.severity == "Severe"
    assert stored.expires == NOON
    assert len(stored.areas) == 1


def test_a_message_without_an_end_holds_for_six_hours(city: City) -> None:
    stored = store(city, "endless", expires="")
    assert stored
    assert (stored.onset, stored.expires) == (stored.sent, stored.sent + HOLDS)
    assert standing(stored.sent + HOLDS - timedelta(seconds=1)) == ["endless"]
    assert standing(stored.sent + HOLDS) == []


@pytest.mark.parametrize("ending", ["Update", "Cancel"])
@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_an_update_or_a_cancellation_ends_what_it_names_whatever_comes_first(
    city: City, ending: str, order: tuple[str, str]
) -> None:
    said = {"old": {}, "new": {"type": ending, "references": refers_to("old")}}
    for identifier in order:
        store(city, identifier, **said[identifier])
    assert (ended("old"), ended("new")) == ("new", None)
    assert standing() == (["new"] if ending == "Update" else [])


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_a_chain_ends_alike_in_any_order(city: City, order: str) -> None:
    said = {
        "a": {},
        "b": {"type": "Update", "references": refers_to("a")},
        "c": {"type": "Cancel", "references": f"{refers_to('a')} {refers_to('b')}"},
    }
    for identifier in order:
        store(city, identifier, **said[identifier])
    assert None not in (ended("a"), ended("b"))
    assert ended("c") is None
    assert standing() == []


def test_an_update_that_has_left_the_city_ends_the_warning_there(city: City) -> None:
    store(city, "old")
    store(city, "new", type="Update", references=refers_to("old"), polygon=ELSEWHERE)
    assert ended("old") == "new"
    assert standing() == []


def test_an_update_that_shrinks_leaves_the_others(city: City) -> None:
    store(city, "old")
    new = store(city, "new", type="Update", references=refers_to("old"), geometry="<circle>-7.7337,113.2166 0</circle>")
    assert new
    assert [each.kelurahan.name for each in new.touched] == ["Mayangan"]


@pytest.mark.parametrize("status", ["Exercise", "System", "Test", "Draft"])
def test_what_is_not_meant_is_stored_is_for_nobody_and_ends_nothing_that_is(city: City, status: str) -> None:
    store(city, "meant")
    store(city, "played", status=status)
    store(city, "end", status=status, type="Cancel", references=f"{refers_to('meant')} {refers_to('played')}")
    assert (ended("meant"), ended("played")) == (None, "end")
    assert standing() == ["meant"]


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_what_senders_say_to_each_other_is_not_stored(city: City, kind: str) -> None:
    store(city, "meant")
    assert store(city, "ack", type=kind, references=refers_to("meant")) is None
    assert ended("meant") is None


@pytest.mark.parametrize("scope", ["Restricted", "Private", "secret"])
def test_what_is_not_for_the_public_is_not_stored(city: City, scope: str) -> None:
    store(city, "storm")
    assert store(city, "inside", scope=scope, type="Cancel", references=refers_to("storm")) is None
    assert ended("storm") is None


@pytest.mark.parametrize("scope", ["", "Public", "public"])
def test_a_message_without_a_scope_is_for_the_public(city: City, scope: str) -> None:
    assert store(city, "storm", scope=scope)


def test_a_warning_is_ended_by_the_sender_that_the_reference_names_only(city: City) -> None:
    store(city, "storm")
    store(city, "other", type="Cancel", references=f"someone@example.com,storm,{SENDER}")
    store(city, "alert", references=refers_to("storm"))
    store(city, "itself", type="Cancel", references=refers_to("itself"))
    assert (ended("storm"), ended("itself")) == (None, None)


@pytest.mark.parametrize("sender", [PUBLISHER.sender, "tiruan@example.com"])
def test_a_feed_ends_no_warning_of_the_agency(city: City, cast: Cast, sender: str) -> None:
    ours = published(cast)
    name = f"{ours.sender},{ours.identifier},{ours.sent.isoformat()}"
    store(city, "false", type="Cancel", sender=sender, references=name)
    assert ended(ours.identifier) is None


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
@pytest.mark.parametrize(("of_feed", "sender", "by"), [(1, "x@example.com", None), (0, "x@example.com", "new"),
                                                       (1, SENDER, "new")])  # fmt: skip
def test_a_warning_is_ended_by_its_own_feed_or_its_own_sender(
    city: City, add_feed: AddFeed, order: tuple[str, str], of_feed: int, sender: str, by: str | None
) -> None:
    feeds_of_two = [add_feed(f"https://8.8.8.8/{number}").id for number in range(2)]
    said = {"old": {}, "new": {"type": "Cancel", "references": refers_to("old"), "sender": sender}}
    of = {"old": feeds_of_two[0], "new": feeds_of_two[of_feed]}
    for identifier in order:
        located = rules.locate(cap.read(message(identifier, **said[identifier])), city)
        rules.store(located, MORNING, of[identifier])
        db.session.commit()
    assert ended("old") == by


def test_what_has_ended_stays_ended_by_the_first(city: City) -> None:
    for identifier, said in (("a", {}), ("b", {"type": "Cancel", "references": refers_to("a")}),
                             ("c", {"type": "Cancel", "references": refers_to("a")})):  # fmt: skip
        store(city, identifier, **said)
    assert ended("a") == "b"


def test_a_warning_is_kept_for_a_year_and_one_of_elsewhere_for_a_week(city: City) -> None:
    store(city, "storm")
    store(city, "end", type="Cancel", references=refers_to("storm"), polygon=ELSEWHERE)
    sent = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
    kept = []
    for days in (6.9, 7.1, 364, 366):
        assert not rules.forget(sent + timedelta(days=days))
        db.session.commit()
        kept.append(sorted(db.session.scalars(select(HazardWarning.identifier))))
    assert kept == [["end", "storm"], ["storm"], ["storm"], []]
    assert db.session.scalars(select(WarnedKelurahan)).all() == db.session.scalars(select(WarningReference)).all() == []


def test_an_ended_warning_says_so_when_what_ended_it_is_forgotten(city: City) -> None:
    store(city, "storm", at=now())
    store(city, "end", type="Cancel", references=refers_to("storm"), polygon=ELSEWHERE)
    rules.forget(datetime(2026, 12, 10, tzinfo=UTC))
    db.session.commit()
    [known] = db.session.scalars(select(HazardWarning))
    assert (known.ended_at is None, known.ended_by_id) == (False, None)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_statement_reads_through_a_table_that_grows(city: City) -> None:
    db.session.remove()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        store(city, "storm")
        store(city, "end", type="Cancel", references=refers_to("storm"))
        for quake in earthquakes.read(quakes(quake_entry()))[0]:
            earthquake_rules.store(quake, MORNING, None, city)
        standing()
        feeds.read_all(MORNING)
        feeds.forget(MORNING)
        rules.forget(MORNING)
        db.session.commit()
        db.session.remove()
    hang_up()
    assert len(asked) > 8
    assert scans(db.engine, dict(asked)) == {}
