"""Shared by the pages of RT leaders and volunteers: incidents nearby, and reports that a neighbour is there."""

from collections.abc import Sequence

from flask import flash
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.alerts import labels
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.neighbourhood import answers, view
from meteor.neighbourhood.safety import BURGLARY
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.conflicts import done


def shown(nearby: Sequence[object]) -> dict[str, object]:
    """The values of both pages' templates."""
    return {
        "nearby": nearby,
        "version": version(current_user.id),
        "kind": labels.kind,
        "burglary": BURGLARY,
        "called": answers.called_to(current_user),
    }


def version(user_id: int) -> str:
    """The newest event of the city, and the reader's callouts."""
    return f"{timeline.version()}.{answers.version(user_id)}"


def confirm_presence(incident: Incident, said: str, page: str) -> Response:
    """Keep that the user is at the incident, and go back to `page`, which says it."""
    quotas.spend(f"user:{current_user.id}", view.PRESENCES, now())
    view.confirm_presence(incident, now(), current_user)
    answers.hush(incident, now(), current_user)
    db.session.commit()
    flash(said)
    return done(page)
