"""A resident's own answer to a warning, and the RT leader's page of all answers in the RT."""

from typing import Any
from uuid import UUID

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import ROLES
from meteor.evacuation import asking, blueprint, counting, rules
from meteor.evacuation.asking import Window
from meteor.evacuation.models import OWN_ANSWERS
from meteor.residents.leaderships import leadership_of
from meteor.residents.models import Resident
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.territory.models import Rt
from meteor.warnings import labels, reading
from meteor.warnings.models import HazardWarning
from meteor.web.access import open_to
from meteor.web.conflicts import conflict, done

ANSWERS = Limit("safety_answers", 100, _l("answers whether you are safe"))
SEEN = Limit("seen_safe", 1000, _l("residents confirmed safe"))


@blueprint.post("/warnings/<int:warning_id>/safety")
@open_to(*ROLES)
def answer(warning_id: int) -> Response:
    """Take the answer of a resident whom the warning touches: `answer`, and leniently how many `people` are there."""
    warning = _newest(warning_id)
    resident = asking.resident_asked(current_user.id, warning.id) or abort(404)
    word = request.form.get("answer", "")
    if word not in OWN_ANSWERS:
        abort(422, _("Answer: say that you are safe, or that you need help."))
    page = f"{url_for('warnings.warning', warning_id=warning.id)}#safety"
    quotas.spend(f"user:{current_user.id}", ANSWERS, now())
    try:
        rules.answer(resident, _window(warning), word, _number(request.form.get("people", "")), now())
    except rules.Closed:
        return conflict(_("This warning is over. Nobody is asked any more."), page)
    db.session.commit()
    if word == "safe":
        flash(_("Thank you. Your answer is stored."))
    return done(page)


@blueprint.get("/safety")
@open_to("rt_leader")
def safety_of_rt() -> str:
    """The residents of the leader's own RT by name, for each warning that is asked about there."""
    leadership = leadership_of(current_user)
    if leadership is None:
        return render_template("evacuation/safety.html", rt=None, lists=[])
    warnings = [each for each in asking.asked_about(now()) if _touches(each.id, leadership.rt_id)]
    lists = [(warning, counting.roster(leadership.rt_id, warning.id)) for warning in warnings]
    return render_template("evacuation/safety.html", rt=leadership.rt, lists=lists, labels=labels, counted=_counted)


@blueprint.post("/safety/<int:warning_id>/residents/<uuid:resident_id>/seen")
@open_to("rt_leader")
def mark_seen(warning_id: int, resident_id: UUID) -> Response:
    """The leader has seen a resident of the own RT safe."""
    return _change_seen(warning_id, resident_id, seen=True)


@blueprint.post("/safety/<int:warning_id>/residents/<uuid:resident_id>/not-seen")
@open_to("rt_leader")
def unmark_seen(warning_id: int, resident_id: UUID) -> Response:
    """The leader takes back that a resident was seen safe."""
    return _change_seen(warning_id, resident_id, seen=False)


def _change_seen(warning_id: int, resident_id: UUID, *, seen: bool) -> Response:
    resident, warning = _own_resident(resident_id, warning_id)
    page = url_for(".safety_of_rt")
    quotas.spend(f"user:{current_user.id}", SEEN, now())
    try:
        if seen:
            rules.mark_seen(resident, _window(warning), current_user, now())
        else:
            rules.unmark_seen(resident, _window(warning), now())
    except rules.Closed:
        return conflict(_("This warning is over. Nobody is asked any more."), page)
    except rules.AnsweredThemselves:
        return conflict(_("%(name)s has answered meanwhile. Read the answer.", name=resident.name), page)
    db.session.commit()
    name = resident.name
    flash(_("%(name)s: confirmed safe.", name=name) if seen else _("%(name)s: not confirmed any more.", name=name))
    return done(f"{page}#warning-{warning.id}")


def _own_resident(resident_id: UUID, warning_id: int) -> tuple[Resident, HazardWarning]:
    """A resident of the leader's RT, and the newest update of the warning that touches it; 404 for others."""
    leadership = leadership_of(current_user) or abort(404)
    resident = db.session.get(Resident, resident_id)
    if resident is None or resident.household.rt_id != leadership.rt_id or resident.state in ("moved_out", "rejected"):
        abort(404)
    warning = _newest(warning_id)
    if not _touches(warning.id, leadership.rt_id):
        abort(404)
    return resident, warning


def _newest(warning_id: int) -> HazardWarning:
    """The warning that answers count for: a page may stand open while the warning is updated."""
    return asking.newest(reading.find(warning_id) or abort(404))


def _window(warning: HazardWarning) -> Window:
    return asking.window_of(warning) or abort(404)


def _touches(warning_id: int, rt_id: int) -> bool:
    return db.session.scalar(asking.touched_rts(warning_id).where(Rt.id == rt_id)) is not None


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _counted(rows: list[counting.Row]) -> dict[str, Any]:
    """The numbers of residents by what is known of them."""
    said = [row.answer.answer for row in rows if row.answer]
    needs = said.count("need_help")
    return {"need_help": needs, "safe": len(said) - needs, "silent": len(rows) - len(said)}
