"""Points that call-takers type or paste, in every notation that comes to them."""

import pytest

from meteor.territory.coordinates import spot

# What is typed, each for one place: the metres that it is exact to.
POINTS = {
    "-7.7432, 113.2158": 11,
    "-7.7432,113.2158": 11,
    "-7,7432 113,2158": 11,
    "(-7.7432; 113.2158)": 11,
    "−7.7432 113.2158": 11,
    "113.2158, -7.7432": 11,
    "7.7432 LS 113.2158 BT": 11,
    "7.7432° S, 113.2158° E": 11,
    "S 7.7432 E 113.2158": 11,
    "7°44'35.5\"S 113°12'56.9\"E": 10,
    "7° 44′ 35.5″ LS, 113° 12′ 56.9″ BT": 10,
    "7 44 35.5 S 113 12 56.9 E": 10,
    "-7°44.592', 113°12.948'": 10,
    "https://maps.google.com/?q=-7.7432,113.2158": 11,
    "https://www.google.com/maps?q=-7.7432%2C113.2158&hl=id": 11,
    "https://www.google.com/maps/@-7.7432,113.2158,17z": 11,
    "https://www.google.com/maps/place/X/@-7.70,113.10,17z/data=!3m1!4b1!8m2!3d-7.7432!4d113.2158?entry=ttu": 11,
    "https://www.google.com/maps/search/-7.7432,+113.2158": 11,
    "Lokasi saya: https://maps.google.com/maps?q=loc:-7.7432,113.2158": 11,
    "https://www.openstreetmap.org/?mlat=-7.7432&mlon=113.2158#map=17/-7.70/113.10": 11,
    "geo:-7.7432,113.2158;u=35": 11,
    'A"ML=1;lt=-7.74320;lg=113.21580;rd=52;top=20261124112928;lc=68;pm=G': 52,
    'A"ML=1;lt=-7.74320;lg=113.21580;rd=0;top=20261124112928;lc=68;pm=C': 1000,
}


def test_coordinates_are_understood_in_every_notation_with_how_exact_they_are() -> None:
    for text, metres in POINTS.items():
        point = spot(text)
        assert point, text
        assert (point.latitude, point.longitude) == pytest.approx((-7.7432, 113.2158), abs=0.00002), text
        assert round(point.radius) == metres, text


@pytest.mark.parametrize(
    ("text", "radius"),
    [("-7.74, 113.2", 11_100), ("-7.74, 113.21", 1110), ("7°44'S 113°12'E", 1850), ("-7.74321, 113.21581", 10)],
)
def test_fewer_digits_mean_a_wider_radius(text: str, radius: float) -> None:
    point = spot(text)
    assert point
    assert point.radius == pytest.approx(radius)


@pytest.mark.parametrize(
    "text",
    ["3 5", "2.5 3.5", "7.7", "-97.7432, 99.2158", "7.7432 S 113.2158 LS", "-7.7432, 193.2158", "081234567890", "7,113",
     "https://maps.app.goo.gl/abcDEF", 'A"ML=1;lt=;lg=;rd=;top=;lc=;pm=N', 'A"ML=2;lo=-7.7432,113.2158,5;lt=4;lg=id'],
)  # fmt: skip
def test_what_is_no_point_is_not_made_one(text: str) -> None:
    assert spot(text) is None
