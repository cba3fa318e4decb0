"""The style guide: every part of METEOR's screens on one page. It exists in demo cities only."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from flask import abort, current_app, render_template, request

from meteor.demo import blueprint
from meteor.demo.forms import EveryField
from meteor.store.moments import now
from meteor.web.access import open_to_everyone
from meteor.web.lists import Listing

TONES = ("page", "surface", "sunken", "ink", "ink-soft", "line", "line-strong", "night", "ember", "action", "danger",
         "danger-soft", "warn", "warn-soft", "ok", "ok-soft", "info-soft")  # fmt: skip
"""The colours that the page shows, by their names in css/tokens.css."""

KINDS = {"crime": "Kejahatan", "domestic_violence": "Kekerasan di rumah", "fire": "Kebakaran",
         "medical": "Kecelakaan atau sakit", "disaster": "Bencana", "other": "Lainnya"}  # fmt: skip


@blueprint.route("/styleguide", methods=["GET", "POST"])
@open_to_everyone
def styleguide() -> str:
    """Show every part; its form, when sent, with the errors of what is missing. 404 outside of a demo city."""
    if not current_app.config["SETTINGS"].demo:
        abort(404)
    form = EveryField(request.form)
    if request.method == "POST":
        form.validate()
    units = [SimpleNamespace(name=f"TRAIL-{number:02}", at=now()) for number in range(1, 4)]
    listing = Listing(units, 428, 2, "name", frozenset({"name", "at"}), "", request.path, {})
    nothing = replace(listing, rows=[], total=0, page=1, q="zzz")
    then = now() - timedelta(seconds=179)
    return render_template(
        "demo/styleguide.html", form=form, listing=listing, nothing=nothing, then=then, tones=TONES, kinds=KINDS
    )
