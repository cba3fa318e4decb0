"""The first run on a phone: four steps, each of which can be left out."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from meteor.accounts import passwords
from tests.cast import Cast
from tests.panic.conftest import As, press

STATIC = Path(__file__).parents[2] / "static"


def test_the_steps_lead_from_the_position_to_the_button(as_user: As) -> None:
    sari, address, passed = as_user("sari"), "/onboarding", []
    while address != "/":
        html = sari.get(address).text
        passed.append(re.search(r'id="step-number">(.*?)<', html)[1])
        address = re.findall(r'<a class="button (?:big|quiet)" href="([^"]+)"', html)[0]
    assert passed == [f"Langkah {number} dari 4" for number in (1, 2, 3, 4)]


def test_a_pin_is_set_at_the_end(as_user: As, cast: Cast) -> None:
    answer = as_user("sari").post("/onboarding/pin", data={"pin": "2468"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert passwords.matches(cast.sari.pin_hash, "2468")
    assert "Anda sudah punya PIN" in as_user("sari").get("/onboarding/pin").text


def test_a_pin_that_is_there_is_not_replaced(as_user: As, cast: Cast) -> None:
    for pin in ("2468", "9999"):
        answer = as_user("sari").post("/onboarding/pin", data={"pin": pin})
    assert answer.location == "/account"
    assert passwords.matches(cast.sari.pin_hash, "2468")


@pytest.mark.parametrize(("pin", "said"), [("", "Isi PIN dengan 4 sampai 8 angka"), ("12ab", "4 sampai 8 angka")])
def test_a_pin_that_is_none_is_refused_at_its_field(as_user: As, cast: Cast, pin: str, said: str) -> None:
    answer = as_user("sari").post("/onboarding/pin", data={"pin": pin})
    assert (answer.status_code, cast.sari.pin_hash) == (422, None)
    assert said in re.search(r'id="pin-error">(.*?)</p>', answer.text, re.DOTALL)[1]


def test_a_step_that_is_none_is_not_there(as_user: As) -> None:
    assert as_user("sari").get("/onboarding/party").status_code == 404


def test_the_button_leads_there_until_it_was_tried(as_user: As) -> None:
    assert 'href="/onboarding"' in as_user("sari").get("/").text
    press(as_user("sari"), "/drills")
    assert 'href="/onboarding"' not in as_user("sari").get("/").text


@pytest.mark.parametrize("name", ["manifest.webmanifest", "note.webmanifest"])
def test_icons_of_the_home_screen_have_the_sizes_that_are_stated(app: Flask, name: str) -> None:
    icons = [icon for icon in json.loads((STATIC / name).read_text())["icons"] if icon["type"] == "image/png"]
    stated = [tuple(map(int, icon["sizes"].split("x"))) for icon in icons]
    assert stated == [_size(STATIC / icon["src"]) for icon in icons]
    assert {(size, icon["purpose"]) for (size, _), icon in zip(stated, icons, strict=True)} == {
        (192, "any"), (512, "any"), (512, "maskable"),
    }  # fmt: skip


def _size(file: Path) -> tuple[int, int]:
    with Image.open(file) as image:
        return image.size
