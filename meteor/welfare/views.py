"""The panic button on every page of an officer on duty, and its press."""

from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from flask import abort, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.agencies import rules as agencies
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import before_work, open_to, wants_json
from meteor.web.conflicts import conflict, done
from meteor.web.origin import exempt, refuse_foreign
from meteor.web.pools import urgent
from meteor.welfare import blueprint, checks, distress

CITIZENS_BUTTON = "panic.button"
"""The page with the button of citizens, which the phone keeps as it is."""


@blueprint.app_context_processor
def _of_every_page() -> dict[str, Any]:
    """`officer_button()`: the panic button; empty for all but officers on duty."""
    return {"officer_button": _button}


@blueprint.app_template_global()
def press_of(notice_id: int) -> UUID:
    """The id of the press that answers a question whether all is well: pressed twice it is one."""
    return uuid5(NAMESPACE_OID, f"welfare {notice_id}")


@blueprint.post("/unit/alerts")
@open_to("officer")
@before_work
@urgent
def press() -> Response:
    """Take the press of an officer on duty: 201, or 200 for one that came before; 409 off duty, then and now.

    401 for a press of another user. Without a CSRF token, which may be outdated when the press is sent.
    """
    refuse_foreign()
    if request.form.get("by", str(current_user.id)) != str(current_user.id):
        abort(401)
    try:
        receipt = distress.press(current_user, request.form, now())
    except distress.NotOnDuty:
        why = _("Not sent: you were not on duty. Call 112, or press the emergency button for citizens.")
        return conflict(why, "/unit")
    db.session.commit()
    url = f"/alerts/{receipt.id}#pressed"
    if not wants_json():
        return redirect(url, 303)
    answer = jsonify(id=receipt.id, number=receipt.number, status=receipt.status, url=url)
    answer.status_code = 201 if receipt.first else 200
    return answer


exempt(blueprint, press)


@blueprint.post("/unit/welfare")
@open_to("officer")
@urgent
def well() -> Response:
    """The crew answers that all is well; without a question nothing changes."""
    checks.answer(current_user, now())
    db.session.commit()
    return done("/incidents")


def _button() -> str:
    signed_in = current_user.is_authenticated and current_user.has("officer")
    if not signed_in or request.endpoint == CITIZENS_BUTTON:
        return ""
    shift = agencies.shift_of(current_user)
    if shift is None:
        return ""
    open_alert = distress.open_alert_of(current_user.id)
    return render_template("welfare/_button.html", id=uuid4(), unit=shift.unit, open_alert=open_alert)
