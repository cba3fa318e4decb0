"""How long units need, about: the formula, and what administrators know better."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale

from meteor.agencies import labels, travel
from meteor.agencies.models import UNIT_KINDS
from meteor.agencies.travel import Pace
from meteor.agencies.views import soon
from meteor.store.database import db
from tests.admin import save, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


@pytest.mark.parametrize(
    ("metres", "pace", "minutes"),
    [
        (0, Pace(40, 1.3), 1),  # nobody is there in no time
        (500, Pace(30, 1.0), 1),
        (501, Pace(30, 1.0), 2),
        (1000, Pace(60, 2.0), 2),
        (10_000, Pace(5, 1.2), 144),
    ],
)
def test_minutes_are_the_way_at_the_speed_rounded_up(metres: float, pace: Pace, minutes: int) -> None:
    assert travel.minutes(metres, pace) == minutes


@pytest.mark.parametrize(
    ("metres", "radius", "said"),
    [
        (130, 10, "sekitar satu menit"),
        (130, 300, "sekitar satu menit"),
        (130, 1500, "sekitar 1–4 menit"),
        (2000, 10, "sekitar 4 menit"),
        (2000, 1500, "sekitar 1–7 menit"),
    ],
)
def test_no_time_is_told_more_exactly_than_the_place_is_known(
    app: Flask, metres: float, radius: float, said: str
) -> None:
    with app.test_request_context():
        assert labels.soon(*travel.minutes_to(metres, radius, Pace(40, 1.3))) == said


def test_every_kind_has_a_pace(cast: Cast) -> None:
    assert set(travel.paces()) == set(UNIT_KINDS)


@pytest.mark.both_databases
def test_a_time_at_a_walking_pace_says_so_and_not_that_the_unit_walks(as_user: AsUser, cast: Cast) -> None:
    with force_locale("id"):
        assert soon(1000, "team") == "sekitar 15 menit dengan kecepatan jalan kaki"
        assert "berjalan kaki" not in soon(1000, "team")
        assert "jalan kaki" not in soon(1000, "ambulance")
        as_user("tuti").post("/admin/unit-kinds/team", data={"speed": "30", "detour": "1.4"})
        assert "jalan kaki" not in soon(1000, "team")


def test_what_an_administrator_gives_counts_from_then_on(as_user: AsUser, cast: Cast) -> None:
    tuti, address = as_user("tuti"), "/admin/unit-kinds/motorbike"
    assert tuti.post(address, data={"speed": "52", "detour": "1,25"}).status_code == 302
    assert save(tuti, address, {"speed": "50", "detour": "1,25"}).status_code == 302
    db.session.expire_all()
    assert travel.paces() == {**travel.PACES, "motorbike": Pace(50, 1.25)}
    assert "1,25" in tuti.get("/admin/unit-kinds").text
    assert [entry.detail["after"] for entry in trail("unit_kind_changed")] == [{"speed": 50.0}]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"speed": "0"}, "km/jam dari 1 sampai 150"),
        ({"speed": "151"}, "km/jam dari 1 sampai 150"),
        ({"speed": "cepat"}, "km/jam dari 1 sampai 150"),
        ({"speed": "nan"}, "km/jam dari 1 sampai 150"),
        ({"speed": ""}, "km/jam dari 1 sampai 150"),
        ({"detour": "0.9"}, "faktor dari 1 sampai 3"),
        ({"detour": "3.1"}, "faktor dari 1 sampai 3"),
    ],
)
def test_a_pace_that_cannot_be_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    answer = as_user("tuti").post("/admin/unit-kinds/ambulance", data={"speed": "35", "detour": "1.4"} | wrong)
    assert answer.status_code == 422
    assert answer.text.count(says) == 2  # in the summary, and once at its field
    assert travel.paces() == dict(travel.PACES)


def test_a_kind_that_does_not_exist_is_not_found(as_user: AsUser, cast: Cast) -> None:
    assert as_user("tuti").get("/admin/unit-kinds/helicopter").status_code == 404
