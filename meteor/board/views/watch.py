"""The watch and its hand-overs: who has it, how it passes, and the history on paper."""

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND
from meteor.board import BOARD, blueprint, watch
from meteor.board.forms import HandoverForm, HandoverRefusalForm
from meteor.board.models import Handover, Watch
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form
from meteor.web.language import clock, named

PAGE = "/board/watch"


class WatchShown(NamedTuple):
    """The watch as a header shows it: all watches of now, the leading one, and hand-overs that wait for the user."""

    watches: list[Watch]
    lead: Watch | None
    waiting: list[Handover]


@blueprint.app_template_global()
def watch_shown() -> WatchShown:
    """The watch of now, for templates/board/_watch.html."""
    watches = list(watch.on_watch())
    return WatchShown(watches, watch.lead_of(watches), list(watch.waiting_for(current_user)))


@blueprint.get("/board/watch")
@open_to(*BOARD)
def watch_page() -> str:
    return _page(HandoverForm())


@blueprint.post("/board/watch")
@open_to(*COMMAND)
def watch_taking() -> Response:
    """Take the watch, beside those who have it."""
    try:
        watch.take(current_user, now())
    except watch.AlreadyOnWatch:
        return conflict(_("You are on watch already."), PAGE)
    db.session.commit()
    flash(_("You are on watch."))
    return redirect(PAGE, 303)


@blueprint.post("/board/watch/end")
@open_to(*COMMAND)
def watch_end() -> Response:
    """Leave the watch without handing it over."""
    try:
        watch.end(current_user, now())
    except watch.NotOnWatch:
        return conflict(_("You are not on watch."), PAGE)
    db.session.commit()
    flash(_("You have left the watch."))
    return redirect(PAGE, 303)


@blueprint.get("/board/handovers")
@open_to(*BOARD)
def handovers() -> str:
    """The hand-overs, newest first; `before` in the query is the id of the last one on the page before."""
    before = request.args.get("before", "")
    found = watch.handovers(int(before) if before.isdecimal() and len(before) < 10 else None)
    return render_template("board/handovers.html", handovers=found, more=len(found) == watch.LISTED)


@blueprint.post("/board/handovers")
@open_to(*COMMAND)
@idempotent_form(lambda: PAGE)
def handing_over() -> Response | tuple[str, int]:
    """Sign a hand-over and send it to the user who takes over. What was typed stays when it is refused."""
    form = HandoverForm(request.form).offer(watch.successors(current_user))
    if not form.validate():
        return _page(form), 422
    to = db.session.get_one(User, int(form.to.data))
    try:
        given = watch.hand_over(current_user, to, (form.note.data or "").strip(), now(), named=named)
    except watch.NotOnWatch:
        return _refused(form, _("You are not on watch. Take the watch first, then hand it over."))
    except watch.AlreadyHandedOver:
        return _refused(form, _("An earlier hand-over waits. Take it back first."))
    db.session.commit()
    flash(_("Signed. %(name)s has to accept; until then you are on watch.", name=given.to_user.name))
    return redirect(PAGE, 303)


@blueprint.get("/board/handovers/<int:handover_id>")
@open_to(*BOARD)
def handover(handover_id: int) -> str:
    """A hand-over on one A4 page."""
    return render_template("board/handover.html", it=db.session.get(Handover, handover_id) or abort(404), at=now())


@blueprint.post("/board/handovers/<int:handover_id>/acceptance")
@open_to(*COMMAND)
@idempotent_form(lambda handover_id: PAGE)
def handover_acceptance(handover_id: int) -> Response:
    """Sign a hand-over as the second: the watch passes."""
    found = watch.find_of(current_user, handover_id) or abort(404)
    if found.to_user_id != current_user.id:
        abort(404)
    try:
        watch.accept(found, current_user, now())
    except watch.NotWaiting:
        return conflict(_over(found), PAGE)
    db.session.commit()
    flash(_("You have the watch."))
    return redirect(PAGE, 303)


@blueprint.post("/board/handovers/<int:handover_id>/refusal")
@open_to(*COMMAND)
@idempotent_form(lambda handover_id: PAGE)
def handover_refusal(handover_id: int) -> Response | tuple[str, int]:
    """Do not take a watch, with the reason, which the first reads."""
    found = watch.find_of(current_user, handover_id) or abort(404)
    if found.to_user_id != current_user.id:
        abort(404)
    form = HandoverRefusalForm(found.id, request.form)
    if not form.validate():
        return _page(HandoverForm(), {found.id: form}), 422
    try:
        watch.refuse(found, str(form.reason.data), current_user, now())
    except watch.NotWaiting:
        return conflict(_over(found), PAGE)
    giver = found.from_user.name
    db.session.commit()
    flash(_("You do not take the watch. %(name)s is told why, and stays on watch.", name=giver))
    return redirect(PAGE, 303)


@blueprint.post("/board/handovers/<int:handover_id>/withdrawal")
@open_to(*COMMAND)
@idempotent_form(lambda handover_id: PAGE)
def handover_withdrawal(handover_id: int) -> Response:
    """Take a hand-over back that was not accepted yet."""
    found = watch.find_of(current_user, handover_id) or abort(404)
    if found.from_user_id != current_user.id:
        abort(404)
    try:
        watch.withdraw(found, current_user, now())
    except watch.NotWaiting:
        return conflict(_over(found), PAGE)
    db.session.commit()
    flash(_("The hand-over is withdrawn. You stay on watch."))
    return redirect(PAGE, 303)


def _over(found: Handover) -> str:
    """Return the sentence that says why a hand-over cannot be changed any more."""
    if found.refused_at:
        return _("%(name)s refused this hand-over at %(time)s: %(reason)s", name=found.to_user.name,
                 time=clock(found.refused_at), reason=found.refusal)  # fmt: skip
    if found.withdrawn_at:
        return _("%(name)s withdrew this hand-over at %(time)s.", name=found.from_user.name,
                 time=clock(found.withdrawn_at))  # fmt: skip
    accepted = found.signed_by_second_at or found.written_at
    return _("%(name)s accepted this hand-over at %(time)s.", name=found.to_user.name, time=clock(accepted))


def _refused(form: HandoverForm, words: str) -> tuple[str, int]:
    db.session.rollback()
    form.form_errors.append(words)
    return _page(form), 409


def _page(form: HandoverForm, refusals: dict[int, HandoverRefusalForm] | None = None) -> str:
    """`refusals` are forms that came back with a problem, by their hand-over's id."""
    own = next((it for it in watch.on_watch() if it.user_id == current_user.id), None)
    shown: dict[str, Any] = {"form": form.offer(watch.successors(current_user)), "own": own}
    return render_template(
        "board/watch.html", **shown, given=watch.given_by(current_user), may_take=current_user.has(*COMMAND),
        urgent=watch.urgent_incidents(named), typed=bool(form.errors), refusals=refusals or {},
        refusal_form=HandoverRefusalForm,
    )  # fmt: skip
