"""A page with every part on it, and rows that can be made to fail."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from meteor.store.moments import now
from meteor.web.access import open_to_everyone
from meteor.web.lists import Listing


def choices(**labels: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class EveryField(Form):
    name = StringField("Nama", [InputRequired()])
    phone = TelField("Telepon", [InputRequired("Tulis nomor telepon.")])
    area = SelectField(
        "Kelurahan", [InputRequired("Pilih kelurahan.")], choices=[SelectChoice(""), *choices(jati="Jati")]
    )
    kind = RadioField("Apa yang terjadi?", [InputRequired("Pilih satu.")], choices=choices(fire="Api", crime="Maling"))
    needs = SelectMultipleField("Perlu dibantu", choices=choices(elderly="Lansia", infant="Bayi"))
    note = TextAreaField("Catatan")
    consent = BooleanField("Warga setuju")
    file = FileField("Berkas")
    password = PasswordField("Kata sandi", render_kw={"autocomplete": "off"})


@dataclass
class Rows:
    """What /rows answers, and how often it was asked."""

    status: int = 200
    asked: int = 0
    version_seen: str | None = None


def add_gallery(app: Flask) -> Rows:
    """Add /gallery (and /gallery with a wrong form on POST) and its polled /rows to `app`."""
    loaders = [app.create_global_jinja_loader(), FileSystemLoader(Path(__file__).parent / "templates")]
    app.jinja_env.loader = ChoiceLoader(loaders)
    rows = Rows()
    units = [SimpleNamespace(name=f"TRAIL-{number:02}", at=now()) for number in range(1, 4)]
    listing = Listing(units, 428, 2, "name", frozenset({"name", "at"}), "", "/gallery", {})

    @app.route("/gallery", methods=["GET", "POST"])
    @open_to_everyone
    def gallery() -> str:
        form = EveryField(request.form)
        if request.method == "POST":
            form.validate()
        then = now() - timedelta(seconds=179)
        nothing = replace(listing, rows=[], total=0, page=1, q="zzz")
        return render_template("gallery.html", form=form, listing=listing, nothing=nothing, then=then)

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
