"""`flask replay` and `flask place-posts`: what they print, what they refuse, and that METEOR's data stays."""

import csv
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, inspect, select

from meteor.incidents.models import Incident
from meteor.store.database import db


def run(app: Flask, *asked: str) -> Result:
    return app.test_cli_runner().invoke(args=["replay", "--year", "2023", *asked])


def test_the_report_says_that_it_is_a_model_and_has_every_type_kecamatan_and_unit(app: Flask) -> None:
    printed = run(app, "--incidents", "150").output
    assert printed.startswith("This is a model: simulated incidents, not measured ones")
    for word in ("P50", "P90", "≤ 3 min", "≤ 15 min", "medical", "Wonoasih", "TRAIL-30", "No free unit"):
        assert word in printed
    assert re.search(r"^All +150 ", printed, re.MULTILINE)
    assert re.search(r"Played 150 incidents in \d+\.\d s: \d+ a second\. Fingerprint \w{16}", printed)


def test_several_seeds_are_several_years_in_one_table(app: Flask) -> None:
    assert re.search(r"^All +40 ", run(app, "--incidents", "20", "--seeds", "2").output, re.MULTILINE)


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
    assert run(app, "--incidents", "10", "--posts", str(file)).exit_code == 0
