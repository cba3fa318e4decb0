"""CSV files of posts: what they may say, and what is refused with line and reason."""

from pathlib import Path

import pytest

from meteor.replay import post_plans
from meteor.replay.post_plans import WrongPlan

MOTORBIKES = ("TRAIL-01", "TRAIL-07", "TRAIL-30")
CENTROIDS = [(-7.7337, 113.2166), (-7.7549, 113.2096)]


def written(folder: Path, text: str) -> Path:
    file = folder / "posts.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_post_is_given_by_call_sign_or_by_number_and_other_columns_are_left_alone(tmp_path: Path) -> None:
    by_call_sign = written(tmp_path, "call_sign,lat,lon,near\ntrail-07,-7.75,113.21,Alun-alun\n")
    assert post_plans.read(by_call_sign, MOTORBIKES, CENTROIDS) == {"TRAIL-07": (-7.75, 113.21)}
    by_number = written(tmp_path, "\ufeffnumber,lat,lon\n7,-7.75,113.21\n30,-7.74,113.215\n")
    found = post_plans.read(by_number, MOTORBIKES, CENTROIDS)
    assert found == {"TRAIL-07": (-7.75, 113.21), "TRAIL-30": (-7.74, 113.215)}


def test_a_plan_that_a_spreadsheet_here_has_saved_is_read(tmp_path: Path) -> None:
    for above in ("", "sep=;\r\n", '"sep=;"\r\n', "sep=;;\r\n"):
        saved = written(tmp_path, f"\ufeff{above}Number;Lat;Lon\r\n7;-7,75;113,21\r\n")
        assert post_plans.read(saved, MOTORBIKES, CENTROIDS) == {"TRAIL-07": (-7.75, 113.21)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("call_sign,lat,lon\nTRAIL-31,-7.75,113.21\n", "line 2, column call_sign: there is no motorbike TRAIL-31"),
        ("call_sign,lat,lon\nAMBULANS-01,-7.75,113.21\n", "column call_sign: there is no motorbike AMBULANS-01"),
        ("number,lat,lon\n,-7.75,113.21\n", r"line 2, column number: there is no motorbike \(empty\)"),
        ("number,lat,lon\n1,-7.75,113.21\n1,-7.74,113.21\n", "line 3, column number: TRAIL-01 stands at a post"),
        ("number,lat,lon\n1,113.21,-7.75\n", "line 2, column lat: 113.21 is not in degrees"),
        ("number,lat,lon\n1,-7.2575,112.7521\n", "line 2, columns lat and lon: -7.2575, 112.7521 is not in the city"),
        ("number,lat,lon\n1,nan,113.21\n", "line 2, column lat: nan is not in degrees"),
        ("sep=;\nnumber;lat;lon\n\n1;-7,75;timur\n", "line 4, column lon: timur is not in degrees"),
        ("number,lat,lon\n1,-7.75\n", r"line 2, column lon: \(empty\) is not in degrees"),
        ("number,latitude,longitude\n1,-7.75,113.21\n", "line 1: there is no column lat"),
        ("sep=;\nunit;lat;lon\n1;-7,75;113,21\n", "line 2: there is no column call_sign or number"),
        ('number,lat,lon\n1,-7.75,"' + "1" * 200_000, "line 2: a quotation mark is never closed"),
        ("call_sign,lat,lon\n", "names no motorbike"),
        ("", "names no motorbike"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_its_line_and_column(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(WrongPlan, match=reason):
        post_plans.read(written(tmp_path, text), MOTORBIKES, CENTROIDS)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongPlan, match="cannot be read"):
        post_plans.read(tmp_path / "none.csv", MOTORBIKES, CENTROIDS)
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(WrongPlan, match="cannot be read"):
        post_plans.read(tmp_path / "picture.csv", MOTORBIKES, CENTROIDS)


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    post_plans.write(tmp_path / "posts.csv", [("TRAIL-01", (-7.75, 113.21), "Jati, dekat pasar", 0.025)])
    assert post_plans.read(tmp_path / "posts.csv", MOTORBIKES, CENTROIDS) == {"TRAIL-01": (-7.75, 113.21)}
