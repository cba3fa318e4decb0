"""The command centre on paper: the state of the city, for hours in which no screen can be asked."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Response, make_response, render_template
from flask_babel import format_datetime
from flask_login import current_user

from meteor.accounts.roles import COMMAND
from meteor.board import BOARD, blueprint
from meteor.board.paper import BLANK_ROWS, CityState, city_state
from meteor.board.views.by_token import open_by_token
from meteor.dispatch.queue import Row
from meteor.incidents.shortfall import sentences
from meteor.protocols.roles import Role, roles
from meteor.store.moments import WIB, now
from meteor.web.access import open_to
from meteor.web.headers import POLICY
from meteor.web.inline_style import inline_style
from meteor.web.language import locale, named

_MINUTE = {"id": "HH.mm", "en": "HH:mm"}


@blueprint.get("/board/paper")
@open_to(*BOARD)
def paper() -> str:
    """The state of the city, to be printed. Phone numbers are there for those who direct units."""
    return render_template("board/paper.html", **_shown(city_state(now()), phones=current_user.has(*COMMAND)))


@blueprint.get("/board/paper/state")
@open_by_token("paper:read")
def paper_state() -> Response:
    """The same as one file without any other, for a machine that keeps it."""
    style = inline_style("css/a4.css", "css/board-paper.css")
    page = render_template("board/paper_file.html", style=style.text, **_shown(city_state(now()), phones=True))
    answer = make_response(page)
    answer.headers[POLICY] = f"default-src 'none'; style-src '{style.source}'; base-uri 'none'; frame-ancestors 'none'"
    return answer


def _shown(city: CityState, *, phones: bool) -> dict[str, object]:
    return {
        "city": city,
        "missing": partial(_missing, roles()),
        "phones": phones,
        "when": partial(_when, city.at),
        "minute": _minute,
        "blank_rows": BLANK_ROWS,
    }


def _missing(role: Callable[[int, str], Role], row: Row) -> list[str]:
    """The missing capabilities of an incident, a sentence for each reason."""
    return sentences(row.shortfall, lambda capability: named(role(row.incident.type_id, capability)))


def _minute(at: datetime) -> str:
    """The time of day in WIB, to the minute."""
    return format_datetime(at, _MINUTE[locale()])


def _when(today: datetime, at: datetime) -> str:
    """The same, with the day where it is another one than `today`."""
    same_day = at.astimezone(WIB).date() == today.astimezone(WIB).date()
    return _minute(at) if same_day else f"{format_datetime(at, 'd MMM')} {_minute(at)}"
