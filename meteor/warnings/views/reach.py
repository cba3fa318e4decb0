"""The reach of a warning: its page, polled, and the word of a browser that it has shown the warning's page."""

from flask import Response, abort, render_template
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import ROLES
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import blueprint, labels, reach, reading
from meteor.warnings.models import HazardWarning
from meteor.web.access import open_to
from meteor.web.polling import fragment

READERS = ("hazard_officer", "supervisor", "dispatcher", "chief")
"""Roles that see the number of residents to whom a warning has come."""


@blueprint.app_context_processor
def _of_warnings() -> dict[str, object]:
    """`counts_opening(warning)`: the page is to say that it was shown; `sees_reach()`: its reader sees the reach."""
    return {"counts_opening": _counts_opening, "sees_reach": _sees_reach}


@blueprint.get("/warnings/<int:warning_id>/reach")
@open_to(*READERS)
def reach_page(warning_id: int) -> str:
    """Numbers of residents, accounts and devices, in total and by area; nothing of a person."""
    found, version = _find(warning_id), reach.version(warning_id, now())
    return render_template(
        "warnings/reach.html", warning=found, version=version, shown=reach.reach(found), labels=labels
    )


@blueprint.get("/warnings/<int:warning_id>/reach/numbers")
@open_to(*READERS)
def reach_numbers(warning_id: int) -> Response:
    """The same numbers, polled."""
    found, version = _find(warning_id), reach.version(warning_id, now())
    return fragment(
        version, lambda: render_template("warnings/_reach.html", version=version, shown=reach.reach(found))
    )  # fmt: skip


@blueprint.post("/warnings/<int:warning_id>/opening")
@open_to(*ROLES)
def opening(warning_id: int) -> AnyResponse:
    """Note once that the user, who was told of the warning, was shown its page."""
    reach.open_page(warning_id, current_user.id)
    db.session.commit()
    return Response(status=204)


def _find(warning_id: int) -> HazardWarning:
    """A warning; an all-clear tells those who were told of what it ends, and has no reach of its own."""
    found = reading.find(warning_id)
    return found if found and found.message_type != "Cancel" else abort(404)


def _counts_opening(warning: HazardWarning) -> bool:
    return current_user.is_authenticated and reach.is_unopened(warning.id, current_user.id)


def _sees_reach(warning: HazardWarning) -> bool:
    return current_user.is_authenticated and current_user.has(*READERS) and warning.message_type != "Cancel"
