"""The RT leader's page: open incidents nearby, and reports that a neighbour is there."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.alerts import labels
from meteor.incidents import timeline
from meteor.incidents.labels import NEEDS
from meteor.neighbourhood import answers, blueprint, view
from meteor.neighbourhood.safety import BURGLARY
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.labels import place_lines
from meteor.web.access import open_to
from meteor.web.conflicts import done
from meteor.web.polling import fragment, versioned


@blueprint.get("/neighbourhood")
@open_to("rt_leader")
def open_alerts() -> str:
    return render_template("neighbourhood/leader.html", **_shown())


@blueprint.get("/neighbourhood/rows")
@open_to("rt_leader")
@versioned(lambda reader, query: _version(reader.user_id))
def open_alert_rows() -> Response:
    return fragment(_version(current_user.id), lambda: render_template("neighbourhood/_leader.html", **_shown()))


@blueprint.post("/neighbourhood/<number>/presence")
@open_to("rt_leader")
def leader_presence(number: str) -> Response:
    incident = view.find(current_user, number) or abort(404)
    quotas.spend(f"user:{current_user.id}", view.PRESENCES, now())
    view.confirm_presence(incident, now(), current_user)
    answers.hush(incident, now(), current_user)
    db.session.commit()
    flash(_("The command centre and the reporter see that a neighbour is there."))
    return done(url_for("neighbourhood.open_alerts"))


def _shown() -> dict[str, object]:
    rt = view.rt_of(current_user)
    return {
        "rt": rt,
        "nearby": view.open_in(rt) if rt else [],
        "version": _version(current_user.id),
        "kind": labels.kind,
        "burglary": BURGLARY,
        "place_lines": place_lines,
        "called": answers.called_to(current_user),
        "needs": NEEDS,
    }


def _version(user_id: int) -> str:
    """The newest event of the city, and the reader's callouts."""
    return f"{timeline.version()}.{answers.version(user_id)}"
