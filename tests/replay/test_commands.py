"""`flask replay` and `flask place-posts`: what they print, what they refuse, and that METEOR's data stays."""

import csv
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import ProgrammingError

from meteor.incidents.models import Incident
from meteor.replay import scratch, years
from meteor.replay.commands import scratch_database
from meteor.replay.figures import work
from meteor.replay.report import year_report
from meteor.replay.scratch import City
from meteor.replay.year import YEAR
from meteor.store.database import db


def run(app: Flask, *asked: str) -> Result:
    return app.test_cli_runner().invoke(args=["replay", "--year", "2023", *asked])


def test_the_report_says_that_it_is_a_model_and_has_every_type_and_kecamatan(app: Flask) -> None:
    printed = run(app, "--incidents", "150").output
    assert printed.startswith("This is a model: simulated incidents, not measured ones")
    for word in ("P50", "P90", "≤ 3 min", "≤ 15 min", "medical", "Wonoasih", "No free unit", "of 1 year"):
        assert word in printed
    assert "Work in a year" not in printed  # its first incidents are no year
    assert re.search(r"^All +150 ", printed, re.MULTILINE)
    assert re.search(r"Played 150 incidents in \d+\.\d s: \d+ a second\. Fingerprint \w{16}", printed)


def test_several_seeds_are_several_years_in_one_table(app: Flask) -> None:
    printed = run(app, "--incidents", "20", "--seeds", "2").output
    assert re.search(r"^All +40 ", printed, re.MULTILINE)
    assert "Minutes from the alert to the first unit on scene, of 2 years together" in printed


def test_of_whole_years_the_work_of_each_unit_is_printed(city: City) -> None:
    outcomes = years.play(city, YEAR, 50)
    printed = year_report(outcomes, 2, work(outcomes, city.fleet, 2))
    assert re.search(r"^TRAIL-30 +\d+ +\d+ +\d+\.\d%$", printed.partition("Work in a year")[2], re.MULTILINE)


def test_plans_are_told_apart_by_the_names_of_their_files(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "a_folder_with_a_name_of_some_length"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("number,lat,lon\n1,-7.7345,113.2175\n")
    files = "--posts", str(folder / "a.csv"), "--posts", str(folder / "b.csv")
    printed = run(app, "--incidents", "5", *files).output
    assert re.search(r"^a\.csv +\d", printed, re.MULTILINE)
    assert re.search(r"^b\.csv +\d", printed, re.MULTILINE)
    again = run(app, "--incidents", "5", *files, "--posts", str(folder / "a.csv"))
    assert (again.exit_code, "two plans end in a.csv" in again.output) == (1, True)


def test_a_city_that_cannot_be_built_leaves_no_table_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scratch.services, "build", interrupted)
    with scratch_database(""):
        with pytest.raises(KeyboardInterrupt):
            scratch.build({})
        assert inspect(db.engine).get_table_names() == []


def test_a_database_that_answers_and_refuses_is_not_called_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied() -> City:
        raise ProgrammingError("CREATE TABLE", {}, Exception("permission denied for schema public"))

    monkeypatch.setattr(scratch, "city", denied)
    assert "the database refuses: " in run(app).output


def test_a_folder_that_is_not_there_is_told_before_anything_is_calculated(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "none" / "posts.csv"
    printed = app.test_cli_runner().invoke(args=["place-posts", "--output", str(file)])
    assert (printed.exit_code, f"--output: there is no folder {file.parent}" in printed.output) == (1, True)
    assert "model" not in printed.output


def test_plans_are_compared_on_the_same_seeds_with_their_spread(app: Flask, tmp_path: Path) -> None:
    same, far = tmp_path / "same.csv", tmp_path / "far.csv"
    same.write_text("number,lat,lon\n1,-7.7345,113.2175\n")  # where it stands today
    far.write_text("number,lat,lon\n" + "".join(f"{number},-7.8076,113.2204\n" for number in range(1, 31)))
    printed = run(app, "--incidents", "100", "--seeds", "2", "--posts", str(same), "--posts", str(far)).output
    patrols = printed.split("First unit, all incidents")[0]
    head, differences = patrols.split("Difference to Posts of the demo city, on the same seeds")
    assert "Mean of the seeds ± standard deviation" in head
    assert re.search(r"^Posts of the demo city +\d+\.\d\d ± \d", head, re.MULTILINE)
    no_difference, later = (line.split() for line in differences.strip().splitlines())
    assert no_difference[-9:] == ["+0.00", "±", "0.00"] * 3
    assert float(later[-9]) > 1  # minutes
    assert float(later[-3]) < -10  # percent points


def test_a_database_with_tables_is_refused_and_stays_as_it_is(app: Flask) -> None:
    own = app.config["SETTINGS"].database_url.render_as_string(hide_password=False)
    before = sorted(inspect(db.engine).get_table_names())
    printed = run(app, "--through-database", "--incidents", "3", "--database", own)
    assert printed.exit_code == 1
    assert "this database has tables; a replay writes into an empty one only" in printed.output
    assert sorted(inspect(db.engine).get_table_names()) == before
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def test_a_replay_writes_nothing_into_the_database_of_meteor(app: Flask) -> None:
    assert run(app, "--through-database", "--incidents", "2").exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("--database", "nonsense"), "--database is not an address"),
        (("--database", "postgresql://nobody@127.0.0.1:1/none"), "the database does not answer"),
        (("--posts", "none.csv"), "none.csv cannot be read"),
        (("--year", "2024"), "'2024' is not '2023'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(app: Flask, asked: tuple[str, str], reason: str) -> None:
    printed = run(app, *asked)
    assert printed.exit_code != 0
    assert reason in printed.output


def test_a_proposal_names_its_reasons_and_is_read_as_a_plan(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    printed = app.test_cli_runner().invoke(args=["place-posts", "--posts", "3", "--output", str(file)]).output
    assert "This is a proposal. It changes nothing in METEOR." in printed
    assert re.search(r"^TRAIL-03 +\S.* +\d+\.\d\d% +\d+\.\d\d% +-\d+\.\d\d%$", printed, re.MULTILINE)
    assert re.search(r"expected: \d+\.\d% of the model's demand; from the 30 posts of the demo city \d+\.\d%", printed)
    with file.open() as opened:
        assert [row["call_sign"] for row in csv.DictReader(opened)] == ["TRAIL-01", "TRAIL-02", "TRAIL-03"]
    compared = run(app, "--incidents", "10", "--posts", str(file))
    assert compared.exit_code == 0
    assert "Of one seed. With --seeds 10 the tables have the spread" in compared.output
    assert "±" not in compared.output
