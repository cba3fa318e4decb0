"""Pages of residents with their RT's messages, and of the command centre with alarms."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import RESIDENTS, ROLES
from meteor.broadcasts import ALARM_READERS, blueprint, labels, reading, rules
from meteor.broadcasts.forms import EndForm
from meteor.broadcasts.models import RtMessage
from meteor.residents import register
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.polling import fragment, versioned


@blueprint.app_context_processor
def _of_pages() -> dict[str, Any]:
    """`rt_message()`: the current message of the signed-in user's RT, or None; `rt_alarm()`: the current alarm."""
    return {"rt_message": lambda: reading.current(current_user, now()), "rt_alarm": _alarm}


def _alarm() -> RtMessage | None:
    message_id = reading.alarm_of(current_user.id, now())
    return db.session.get(RtMessage, message_id) if message_id else None


@blueprint.get("/rt-messages")
@open_to(*ROLES)
def messages() -> str:
    """Messages of the last 30 days to the reader's RT."""
    at, rts = now(), reading.rts_of(current_user)
    return render_template(
        "broadcasts/messages.html",
        messages=reading.messages(current_user, at),
        at=at,
        has_rt=bool(rts),
        leads=register.led_by(current_user),
        muted=rules.mutes(current_user),
        labels=labels,
    )


@blueprint.get("/rt-messages/<uuid:message_id>")
@open_to(*ROLES)
def message(message_id: UUID) -> str:
    return message_page(own_message(message_id), EndForm())


@blueprint.get("/rt-messages/<uuid:message_id>/reach")
@open_to("rt_leader")
def reach_numbers(message_id: UUID) -> Response:
    """Show the reach of a message to the leader's RT, polled."""
    found = own_message(message_id)
    values = _reach(found) if _leads(found) else abort(404)
    return fragment(values["reach_version"], lambda: render_template("broadcasts/_reach.html", **values))


@blueprint.post("/rt-messages/muting")
@open_to(*RESIDENTS)
def muting() -> Response:
    """Stop notices of the RT, or have them again; alarms are always told."""
    muted = request.form.get("muted") == "1"
    rules.set_muted(current_user, muted=muted)
    db.session.commit()
    flash(
        _("You are not told of notices any more. You can still read them here, and alarms still come.")
        if muted
        else _("You are told of notices again.")
    )
    return redirect(url_for(".messages"), 303)


@blueprint.get("/rt-messages/alarms")
@open_to(*ALARM_READERS)
def alarms() -> str:
    """Alarms of all RT of the last day."""
    version = reading.alarms_version(now())
    return render_template("broadcasts/alarms.html", version=version, content=_alarms(version))


@blueprint.get("/rt-messages/alarms/rows")
@open_to(*ALARM_READERS)
@versioned(lambda reader, query: reading.alarms_version(now()))
def alarm_rows() -> Response:
    """The same, polled."""
    version = reading.alarms_version(now())
    return fragment(version, lambda: _alarms(version))


def _alarms(version: str) -> str:
    at = now()
    return render_template("broadcasts/_alarms.html", alarms=reading.alarms(at), at=at, version=version)


def own_message(message_id: UUID) -> RtMessage:
    """The message, if it is to an RT of the signed-in user; else 404."""
    return reading.find(current_user, message_id) or abort(404)


def message_page(message: RtMessage, form: EndForm) -> str:
    """The page of a message; its leader sees how far it has come, and ends it."""
    leads = _leads(message)
    return render_template(
        "broadcasts/message.html",
        form=form,
        at=now(),
        unread=reading.notice_of(message, current_user),
        leads=leads,
        labels=labels,
        **(_reach(message) if leads else {"message": message}),
    )


def _leads(message: RtMessage) -> bool:
    led = register.led_by(current_user)
    return led is not None and led.id == message.rt_id


def _reach(message: RtMessage) -> dict[str, Any]:
    """Return the reach of a message, and a version of these numbers."""
    reach, residents = reading.reach(message), reading.residents(message.rt, message.author_id)
    version = "-".join(map(str, (*reach, residents.without, int(message.told_at is not None))))
    return {"message": message, "reach": reach, "residents": residents, "reach_version": version}
