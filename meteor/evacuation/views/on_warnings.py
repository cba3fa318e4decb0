"""Parts of the pages of warnings: the nearest safe gathering point, and the question to residents."""

from typing import Any, NamedTuple

from flask import render_template
from flask_login import current_user
from markupsafe import Markup

from meteor.evacuation import COUNT_READERS, asking, blueprint, protection, sites
from meteor.evacuation.sites import Nearby
from meteor.residents.leaderships import is_led
from meteor.store.moments import now
from meteor.warnings.models import HazardWarning
from meteor.warnings.reading import SHOWN_TO_ALL


@blueprint.app_context_processor
def _of_warnings() -> dict[str, Any]:
    """`evacuation_of(warning, over)`, a part of a warning's page; `refuge_line(warning)`, a line of the banner."""
    return {"evacuation_of": _part, "refuge_line": _line}


def _part(warning: HazardWarning, over: bool) -> Markup:
    hazard = protection.hazard_of(warning)
    shown = not over and bool(warning.touched)
    values = {
        "warning": warning, "any_point": shown and bool(sites.active_points(hazard)),
        "nearest": _nearest(hazard) if shown else None,
        "listed": f"/evacuation?hazard={hazard or protection.ALL}",
        "reads_counts": current_user.is_authenticated and current_user.has(*COUNT_READERS),
    }  # fmt: skip
    return Markup(render_template("evacuation/_of_warning.html", **values, **_question(warning)))  # noqa: S704  our own


def _question(warning: HazardWarning) -> dict[str, Any]:
    """The resident who is asked (None if the reader is not), the answer so far, and whether anybody is asked.

    The question is about the newest update, `asked_id`.
    """
    warning = asking.newest(warning)
    window = asking.window_of(warning)
    asked = window is not None and window.is_open(now())
    resident = asking.resident_asked(current_user.id, warning.id) if asked and current_user.is_authenticated else None
    answer = asking.answer_of(resident.id, warning.id) if resident else None
    led = resident is not None and is_led(resident.household.rt_id)
    return {"asked": asked, "asked_id": warning.id, "resident": resident, "answer": answer, "is_led": led}


def _line(warning: HazardWarning) -> Markup:
    """The nearest point in one line, for a warning of SHOWN_TO_ALL; empty without one."""
    hazard = protection.hazard_of(warning)
    nearest = _nearest(hazard) if warning.severity in SHOWN_TO_ALL else None
    if nearest is None:
        return Markup()
    listed = f"/evacuation?hazard={hazard or protection.ALL}"
    return Markup(render_template("evacuation/_line.html", nearest=nearest, listed=listed))  # noqa: S704  our own


class _Nearest(NamedTuple):
    """The nearest point to the reader's home, or to the middle of its RT if `from_rt`."""

    it: Nearby
    from_rt: bool


def _nearest(hazard: str) -> _Nearest | None:
    """The nearest active point that is safe from the hazard, if the reader can walk there.

    None is named from the middle of a kelurahan: from the home another point may be the nearest.
    """
    home = sites.home_position(current_user.id) if current_user.is_authenticated else None
    if home is None or home.place == "kelurahan":
        return None
    found = sites.by_distance(sites.active_points(hazard), home.point)
    return _Nearest(found[0], home.place == "rt") if found and (found[0].metres or 0) <= sites.REACH else None
