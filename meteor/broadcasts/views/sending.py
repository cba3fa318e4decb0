"""Pages of an RT leader who sends a message: the form, its preview, and the end of a message."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.broadcasts import blueprint, labels, reading, rules
from meteor.broadcasts.forms import EndForm, MessageForm
from meteor.broadcasts.models import ALARM
from meteor.broadcasts.views.reading import message_page, own_message
from meteor.residents import register
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Rt
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.language import moment

Answer = Response | str | tuple[str, int]


@blueprint.get("/rt-messages/new")
@open_to("rt_leader")
def new() -> str:
    """The form; the query's `begin` is a ready beginning of an alarm."""
    begin = labels.BEGINNINGS.get(request.args.get("begin", ""))
    chosen = {"kind": ALARM, "text": f"{begin[1]} "} if begin else {}
    return _form_page(_own_rt(), MessageForm(data={"id": uuid4(), **chosen}))


@blueprint.post("/rt-messages")
@open_to("rt_leader")
def send() -> Answer:
    """Preview a message, and send it with `step` "send"; "edit" leads back to the form."""
    rt, form, step = _own_rt(), MessageForm(request.form), request.form.get("step")
    if step == "edit":
        return _form_page(rt, form)
    if not form.validate():
        return _form_page(rt, form), 422
    if step != "send":
        return _preview(rt, form)
    try:
        message = rules.send(form.draft, rt, now(), current_user)
    except rules.TooMany as refusal:
        db.session.rollback()
        return _form_page(_own_rt(), form, refusal.next_at), 429
    except rules.NotThisRt:
        abort(404)
    db.session.commit()
    flash(_("Sent to the residents of %(rt)s.", rt=message.rt.label))
    return redirect(url_for(".message", message_id=message.id), 303)


@blueprint.post("/rt-messages/<uuid:message_id>/end")
@open_to("rt_leader")
def end(message_id: UUID) -> Answer:
    """End a message before its time: of an alarm, the all-clear."""
    message, form = own_message(message_id), EndForm(request.form)
    if message.rt_id != _own_rt().id:
        abort(404)
    if not form.validate():
        return message_page(message, form), 422
    try:
        rules.end(message, form.words.data or "", now(), current_user)
    except rules.AlreadyEnded:
        return conflict(_("This message is over already."), url_for(".message", message_id=message_id))
    db.session.commit()
    if message.is_alarm:
        flash(_("The alarm is over. Residents who were told of it are told so."))
    else:
        flash(_("The notice is not shown any more."))
    return redirect(url_for(".message", message_id=message.id), 303)


def _own_rt() -> Rt:
    """The RT that the signed-in user leads, else 404."""
    return register.led_by(current_user) or abort(404)


def _preview(rt: Rt, form: MessageForm) -> Answer:
    possible = rules.next_possible(str(form.kind.data), rt, now())
    if possible > now():
        return _form_page(rt, form, possible), 429
    return render_template(
        "broadcasts/preview.html", rt=rt, form=form, draft=form.draft, until=now() + form.draft.lasts,
        residents=reading.residents(rt, current_user.id), labels=labels,
    )  # fmt: skip


def _form_page(rt: Rt, form: MessageForm, next_at: datetime | None = None) -> str:
    """The form; `next_at` is when the next message of the refused kind is possible."""
    if next_at:
        words = _("Your RT has sent as many of these as it may. The next one is possible from %(when)s.",
                  when=moment(next_at))  # fmt: skip
        form.kind.errors = [*form.kind.errors, words]
    return render_template("broadcasts/new.html", rt=rt, form=form, labels=labels, refused=bool(next_at))
