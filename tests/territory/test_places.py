"""Where a point lies, and how that is said."""

import json

import pytest
from flask import Flask

from meteor.store.database import db
from meteor.territory import labels, rules
from meteor.territory.models import Kelurahan, Landmark
from tests.cast import HOME, Cast

AROUND_HOME = {
    "type": "Polygon",
    "coordinates": [[[113.21, -7.74], [113.22, -7.74], [113.22, -7.73], [113.21, -7.73], [113.21, -7.74]]],
}
AROUND_SUKABUMI = {
    "type": "MultiPolygon",
    "coordinates": [[[[113.20, -7.75], [113.21, -7.75], [113.21, -7.74], [113.20, -7.74], [113.20, -7.75]]]],
}


def kelurahan(name: str) -> Kelurahan:
    return db.session.query(Kelurahan).filter_by(name=name).one()


def test_without_boundaries_a_point_lies_in_the_nearest_kelurahan_approximately(cast: Cast) -> None:
    location = rules.locate(-7.7340, 113.2150)
    assert (location.kelurahan, location.exact, location.inside) == ("Mayangan", False, True)


def test_with_boundaries_it_lies_where_they_say(cast: Cast) -> None:
    kelurahan("Mayangan").boundary = json.dumps(AROUND_HOME)
    db.session.commit()
    location = rules.locate(-7.7395, 113.2101)
    assert (location.kelurahan, location.exact, location.inside) == ("Mayangan", True, True)


def test_with_all_boundaries_known_a_point_in_none_is_outside_the_city(cast: Cast) -> None:
    kelurahan("Mayangan").boundary = json.dumps(AROUND_HOME)
    kelurahan("Sukabumi").boundary = json.dumps(AROUND_SUKABUMI)
    db.session.commit()
    location = rules.locate(-7.7290, 113.2150)
    assert (location.kelurahan, location.exact, location.inside) == ("Mayangan", False, False)


def test_a_boundary_that_is_imported_later_counts_at_once(cast: Cast) -> None:
    assert not rules.locate(*HOME).exact
    kelurahan("Mayangan").boundary = json.dumps(AROUND_HOME)
    db.session.commit()
    assert rules.locate(*HOME).exact


def test_far_away_is_outside_the_city_and_in_no_kelurahan(cast: Cast) -> None:
    location = rules.locate(-7.2575, 112.7521)
    assert (location.kelurahan_id, location.inside) == (None, False)


def test_a_city_without_kelurahan_knows_no_place(cast: Cast) -> None:
    assert rules._Map.locate(_empty_map(), *HOME) == rules.Location(None, "", exact=False, inside=False)


def _empty_map() -> rules._Map:
    empty = object.__new__(rules._Map)
    empty.centroids, empty.names, empty.complete = [], [], False
    empty.tree = rules.STRtree([])
    return empty


def test_the_nearest_rt_names_a_place_only_when_it_is_near(cast: Cast) -> None:
    assert rules.surroundings(*HOME)["rt"] == "RT 03 RW 05"
    assert "rt" not in rules.surroundings(-7.7440, 113.2166)


@pytest.mark.parametrize(
    ("latitude", "longitude", "direction"),
    [(-7.7330, 113.2155, "utara"), (-7.7430, 113.2255, "timur"), (-7.7530, 113.2055, "barat daya")],
)
def test_a_place_is_told_by_its_way_from_a_landmark(
    app: Flask, cast: Cast, latitude: float, longitude: float, direction: str
) -> None:
    with app.test_request_context():
        lines = labels.place_lines(rules.surroundings(latitude, longitude), None, exact=False, radius=None)
    assert lines[-1].endswith(f"di sebelah {direction} Alun-alun Probolinggo")


def test_a_place_says_when_its_kelurahan_is_only_approximate(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        lines = labels.place_lines({"rt": "RT 03 RW 05"}, kelurahan("Mayangan"), exact=False, radius=30)
    assert lines == ["RT 03 RW 05, Mayangan (perkiraan)"]


@pytest.mark.parametrize(("radius", "rt", "landmark"), [(150, True, True), (151, False, True), (501, False, False)])
def test_a_place_known_less_exactly_than_an_rt_is_told_by_its_kelurahan(
    app: Flask, cast: Cast, radius: float, rt: bool, landmark: bool
) -> None:
    with app.test_request_context():
        lines = labels.place_lines(rules.surroundings(*HOME), kelurahan("Mayangan"), exact=True, radius=radius)
    asked = f"Kelurahan Mayangan, ± {round(radius, -1)} m: lokasi tepat belum diketahui, tanyakan"
    assert lines[0] == ("RT 03 RW 05, Mayangan" if rt else asked)
    assert [line.endswith("Alun-alun Probolinggo") for line in lines[1:]] == [True] * landmark


@pytest.mark.parametrize(
    ("metres", "radius", "shortest", "longest"),
    [
        (130, None, 130, 130),
        (130, 0, 130, 130),
        (130, 50, 130, 130),  # a phone in a street
        (130, 51, 79, 181),
        (130, 1500, 0, 1630),
        (1500, 150, 1500, 1500),  # a tenth of the distance
        (1500, 151, 1349, 1651),
        (0, 1500, 0, 1500),
    ],
)
def test_a_distance_is_as_uncertain_as_the_place_is(
    metres: float, radius: float | None, shortest: float, longest: float
) -> None:
    assert rules.span(metres, radius) == (shortest, longest)


@pytest.mark.parametrize(
    ("metres", "radius", "said"),
    [
        (3, 12, "10 m"),
        (1234, 100, "1,2 km"),
        (130, 1500, "0–1,6 km"),
        (300, 100, "200–400 m"),
        (900, 150, "0,8–1 km"),
        (4000, 1500, "2,5–5,5 km"),
    ],
)
def test_no_distance_is_told_more_exactly_than_the_place_is_known(
    app: Flask, metres: float, radius: float, said: str
) -> None:
    with app.test_request_context():
        assert labels.distance(metres, radius) == said


@pytest.mark.parametrize(
    ("radius", "said"),
    [(30, "350 m di sebelah utara Alun-alun"), (100, "250–450 m di sebelah utara Alun-alun"),
     (400, "0–750 m dari Alun-alun")],
)  # fmt: skip
def test_the_way_from_a_landmark_names_a_direction_only_where_there_is_one(
    app: Flask, radius: float, said: str
) -> None:
    place = {"landmark": "Alun-alun", "metres": 350, "bearing": 0}
    with app.test_request_context():
        assert labels.place_lines(place, None, exact=False, radius=radius)[-1] == said


def test_a_place_whose_rt_is_known_is_told_by_it_however_coarsely_it_was_measured(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        lines = labels.place_lines({"rt": "RT 03 RW 05"}, kelurahan("Mayangan"), True, 1500, rt_known=True)
    assert lines == ["RT 03 RW 05, Mayangan"]


def test_a_coarse_place_in_no_kelurahan_is_to_be_asked_for(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        lines = labels.place_lines({"words": "dekat pasar"}, None, exact=False, radius=1500)
    assert lines == ["“dekat pasar”", "Lokasi tepat belum diketahui, tanyakan"]


def test_a_phone_that_is_known_coarsely_names_no_rt(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        assert "RT 03" in labels.place_text(*HOME, 150)
        assert "RT 03" not in labels.place_text(*HOME, 1500)


def test_an_unknown_place_has_no_words(app: Flask, cast: Cast) -> None:
    db.session.delete(db.session.query(Landmark).one())
    with app.test_request_context():
        assert labels.place_lines(rules.surroundings(-7.9, 113.5), None, exact=False, radius=None) == []


@pytest.mark.parametrize(("metres", "said"), [(3, "10 m"), (347, "350 m"), (999, "1000 m"), (1249, "1,2 km")])
def test_a_distance_is_told_as_exactly_as_it_helps(app: Flask, metres: float, said: str) -> None:
    with app.test_request_context():
        assert labels.distance(metres) == said
