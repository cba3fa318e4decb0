"""The search in all incidents: the page, its rows as a fragment, and the hits of the command palette."""

from dataclasses import asdict, replace
from typing import Any

from flask import Response, jsonify, render_template, request
from flask_login import current_user

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.board import blueprint, search
from meteor.board.palette import hits
from meteor.board.search_labels import cut, understood
from meteor.board.search_query import LONGEST, part_of_phone, read
from meteor.incidents.labels import OUTCOMES
from meteor.store.moments import today
from meteor.web.access import open_to
from meteor.web.language import moment, named
from meteor.web.lists import listing
from meteor.web.navigation import own_pages

PAGE = "/board/search"


@blueprint.get("/board/search")
@open_to(*COMMAND_CENTRE)
def search_page() -> str:
    return render_template("board/search.html", **_found())


@blueprint.get("/board/search/rows")
@open_to(*COMMAND_CENTRE)
def search_rows() -> str:
    """The rows alone, while the query's `q` is typed."""
    return render_template("board/_search_rows.html", **_found())


@blueprint.get("/board/search.json")
@open_to(*COMMAND_CENTRE)
def search_hits() -> Response:
    """The palette's hits for the query's `q`: at most 12 with label, detail, url and kind, and a `note` on them."""
    pages = [(str(page.label), page.url) for page in own_pages()]
    text = request.args.get("q", "")[:LONGEST]
    found = hits(current_user, text, today(), pages, named, moment)
    answer = jsonify(hits=[asdict(hit) for hit in found], note=cut(part_of_phone(text)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found() -> dict[str, Any]:
    day = today()
    text = request.args.get("q", "")
    query = read(text, day)
    part = part_of_phone(text)
    page = listing(search.found(current_user, query, day, part), sorts={"opened": search.OPENED}, sort="-opened")
    known = {"understood": list(understood(query)), "note": cut(part)}
    return {"page": replace(page, path=PAGE), "OUTCOMES": OUTCOMES, **known}
