"""A page with one polled part, whose rows can be made to fail."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader

from meteor.store.moments import now
from meteor.web.access import open_to_everyone

AGES = (-60, 30, 90, 5400, 3.5 * 86_400, 14.5 * 86_400)
"""Seconds since the moments whose age the page says in words; the first lies ahead."""


@dataclass
class Rows:
    """What /rows answers, and how often it was asked."""

    status: int = 200
    asked: int = 0
    version_seen: str | None = None

    def begin_anew(self) -> None:
        self.status, self.asked, self.version_seen = 200, 0, None


def add_gallery(app: Flask) -> Rows:
    """Add /gallery and its polled /rows to `app`."""
    loaders = [app.create_global_jinja_loader(), FileSystemLoader(Path(__file__).parent / "templates")]
    app.jinja_env.loader = ChoiceLoader(loaders)
    rows = Rows()

    @app.get("/gallery")
    @open_to_everyone
    def gallery() -> str:
        ages = [now() - timedelta(seconds=seconds) for seconds in AGES]
        return render_template("gallery.html", then=now() - timedelta(seconds=179), ages=ages)

    @app.get("/rows")
    @open_to_everyone
    def polled_rows() -> Response:
        rows.asked += 1
        rows.version_seen = request.args.get("v")
        if rows.status == 401:
            return Response(status=401, headers={"HX-Redirect": "/sign-in"})
        body = f"""<p data-version="{rows.asked}">Jawaban {rows.asked}</p>
            <details id="more"><summary id="more-summary">Lagi</summary></details>
            <button id="accept" form="outside">Terima</button>"""
        return Response(body if rows.status == 200 else "", status=rows.status)

    return rows
