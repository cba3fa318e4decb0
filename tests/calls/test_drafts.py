"""What is typed is kept: by whoever types it, in whichever window, whatever it is."""

import json

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from meteor.calls import call_details, drafts, holding, rules
from meteor.calls.models import Call
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import rings, taken, typed
from tests.cast import Cast

pytestmark = pytest.mark.both_databases

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


def all_texts(call: Call) -> str:
    return json.dumps(call.draft, ensure_ascii=False)


def test_what_is_typed_is_there_again_for_a_new_window(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, phone="0812", note="Ada api")
    typed(cast, call, note="Ada api di dapur")
    db.session.expire_all()
    assert call.draft == {"phone": "0812", "note": "Ada api di dapur"}
    assert call.draft_version == 2


def test_the_same_again_is_no_new_version(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, note="api")
    typed(cast, call, note="api")
    assert call.draft_version == 1


def test_a_field_can_be_emptied(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, note="salah")
    typed(cast, call, note="")
    assert call.draft["note"] == ""
    assert drafts.aside(call) == []


def test_of_two_windows_each_keeps_the_fields_that_it_typed(cast: Cast) -> None:
    call = taken(cast)
    drafts.save_draft(call, {"note": "api"}, 0, now(), cast.maya)
    drafts.save_draft(call, {"place": "dekat pasar"}, 0, now(), cast.maya)
    assert call.draft == {"note": "api", "place": "dekat pasar"}


def test_what_a_window_replaces_that_had_not_seen_it_is_kept_aside(cast: Cast) -> None:
    call = taken(cast)
    drafts.save_draft(call, {"note": "api di dapur"}, 0, now(), cast.maya)
    drafts.save_draft(call, {"note": "asap"}, 0, now(), cast.maya)
    assert call.draft["note"] == "asap"
    assert drafts.aside(call) == [["note", "api di dapur"]]
    drafts.forget(call, drafts.SIDE)
    assert drafts.aside(call) == []


def test_an_empty_field_of_an_old_window_empties_nothing(cast: Cast) -> None:
    call = taken(cast)
    drafts.save_draft(call, {"note": "api"}, 0, now(), cast.maya)
    drafts.save_draft(call, {"note": "", "place": "pasar"}, 0, now(), cast.maya)
    assert call.draft["note"] == "api"


def test_who_lost_the_call_loses_nothing_and_replaces_nothing(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, note="api")
    holding.offer_to(call, cast.komang, now(), cast.maya)
    holding.take_call(call, now(), cast.komang)
    assert not drafts.save_draft(call, {"note": "api besar", "place": "pasar"}, 1, now(), cast.maya)
    assert (call.draft["note"], call.draft["place"]) == ("api", "pasar")
    assert drafts.aside(call) == [["note", "api besar"]]
    assert call.taken_by_id == cast.komang.id


def test_typing_into_a_call_that_rings_takes_it(cast: Cast) -> None:
    call = rings()
    assert drafts.save_draft(call, {"note": "api"}, 0, now(), cast.maya)
    assert (call.status, call.taken_by_id) == ("taken", cast.maya.id)


def test_what_is_typed_after_the_call_has_ended_is_kept(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, note="api")
    rules.exchange_event(call, "ended", now())
    typed(cast, call, place="pasar")
    assert call.draft == {"note": "api", "place": "pasar"}


def test_fields_that_no_page_has_are_not_kept(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, csrf_token="x", aside="x", answer_="x", answer_1="2", answer_x="3")
    assert call.draft == {"answer_1": "2"}


@given(
    saves=st.lists(
        st.tuples(st.sampled_from(["note", "place", "phone", "answer_1"]), TEXT, st.integers(-1, 4), st.booleans()),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_no_text_is_lost_that_a_window_did_not_see_go(app: Flask, saves: list[tuple[str, str, int, bool]]) -> None:
    """A text may only go when who replaced it had seen it."""
    cast = Cast()
    call = rules.by_hand("", now(), cast.maya)
    there: list[str] = []
    for name, text, version, mine in saves:
        fresh = mine and version == call.draft_version
        if fresh:
            before = call.draft.get(name)
            there = [kept for kept in there if kept != before]
        there.append(text)
        drafts.save_draft(call, {name: text}, version, now(), cast.maya if mine else cast.komang)
        texts = [*map(str, call.draft.values()), *(lost for _, lost in drafts.aside(call))]
        assert all(kept in texts for kept in there if kept)


@given(fields=st.dictionaries(st.sampled_from([*drafts.FIELDS, "answer_1", "answer_x"]), TEXT))
@settings(max_examples=100)
def test_whatever_is_typed_can_be_read(app: Flask, fields: dict[str, str]) -> None:
    said = call_details.read(fields)
    assert said.missing in [[], ["type"], ["place"], ["phone"], ["type", "place"], ["type", "phone"],
                            ["place", "phone"], ["type", "place", "phone"]]  # fmt: skip
