"""`flask import-warnings`: what it stores and says."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.store.database import db
from meteor.warnings.models import HazardWarning
from tests.warnings.publisher import ELSEWHERE, cap, quake, quakes, refers_to


def run(app: Flask, folder: Path, data: bytes) -> tuple[int, str]:
    """Exit code and what is said."""
    file = folder / "warning"
    file.write_bytes(data)
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["import-warnings", str(file)])
    return done.exit_code, done.output


def test_a_message_is_stored_and_said_once(app: Flask, tmp_path: Path) -> None:
    said = "Alert storm (Actual, Moderate) is stored: Mayangan, Sukabumi.\n"
    assert run(app, tmp_path, cap("storm")) == (0, said)
    assert run(app, tmp_path, cap("storm")) == (0, "storm of cuaca.ekstrem@bmkg.go.id is stored already.\n")


def test_what_touches_nothing_and_what_ended_before_is_said(app: Flask, tmp_path: Path) -> None:
    end = cap("end", type="Cancel", references=refers_to("storm"), polygon=ELSEWHERE)
    assert "no kelurahan of the city" in run(app, tmp_path, end)[1]
    assert "It ended before it came." in run(app, tmp_path, cap("storm"))[1]
    assert "Ack says nothing about a hazard" in run(app, tmp_path, cap("ack", type="Ack"))[1]


def test_earthquakes_are_stored_and_counted(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, tmp_path, quakes(quake(), quake(Magnitude="?")))
    assert code == 0
    assert said.endswith("1 earthquakes read, 1 warnings stored, 1 entries cannot be read.\n")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<rss/>", "it is no CAP message, but <rss>"), (b"{}", "it is no list of earthquakes"),
        (b"hello", "it is no XML"), (b" " * 1_000_001, "it has more than 1,000,000 bytes"),
        (cap(sent="besok"), "<sent> is no date and time"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_nothing_stored(app: Flask, tmp_path: Path, data: bytes, why: str) -> None:
    code, said = run(app, tmp_path, data)
    assert code == 1
    assert f"Error: warning: {why}" in said
    assert said.endswith("; nothing was stored\n")
    assert db.session.scalar(select(func.count()).select_from(HazardWarning)) == 0
