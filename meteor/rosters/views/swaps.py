"""Pages of swaps: an officer offers a shift, the colleague answers, a planner decides."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.models import User
from meteor.rosters import PLANNERS, blueprint, open_swaps, swaps
from meteor.rosters.forms import ColleagueForm
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.rosters.overview import labels_of, officers_of
from meteor.rosters.replacements import draft_of
from meteor.rosters.rest import Violation, fingerprint, sentence
from meteor.rosters.rules import NotPlannable, OtherAgency
from meteor.rosters.swap_choices import choices
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, get_or_404

OFFERS = Limit("shift_swaps", 20, _l("offers of shifts"))


@blueprint.get("/rosters/own/shifts/<int:shift_id>/swap")
@open_to("officer")
def offer_shift(shift_id: int) -> Answer:
    """Choose a colleague and, once `colleague` stands in the query, what is wanted in return."""
    return _offer_page(_own_or_404(shift_id))


@blueprint.post("/rosters/own/shifts/<int:shift_id>/swap")
@open_to("officer")
def do_offer_shift(shift_id: int) -> Answer:
    shift = _own_or_404(shift_id)
    colleague = get_or_404(User, request.form.get("colleague", 0, int))
    wanted = request.form.get("wanted", 0, int)
    quotas.spend(f"user:{current_user.id}", OFFERS, now())
    try:
        swaps.offer(shift, colleague, get_or_404(PlannedShift, wanted) if wanted else None, now())
    except swaps.NotSwappable:
        problem = _("This cannot be offered any more: one of the shifts has changed, or is offered already.")
    except NotPlannable as never:  # why is for planners: it may be leave
        name = never.violations[0].name
        problem = _("By the roster %(name)s cannot work then. Choose another colleague or another shift.", name=name)
    else:
        return done(_("%(name)s is asked. Until a supervisor approves, the shift stays yours.", name=colleague.name),
                    url_for(".own_shifts"))  # fmt: skip
    db.session.rollback()
    flash(problem, "error")
    return redirect(url_for(".offer_shift", shift_id=shift_id, colleague=labels_of(shift.agency).get(colleague.id)))


@blueprint.post("/rosters/swaps/<int:swap_id>/withdrawal")
@open_to("officer")
def withdraw_swap(swap_id: int) -> Answer:
    swap = get_or_404(ShiftSwap, swap_id)
    if swap.shift.user_id != current_user.id:
        abort(404)
    return _stepped(lambda: swaps.withdraw(swap, now()), _("The offer is withdrawn."), ".own_shifts")


@blueprint.post("/rosters/swaps/<int:swap_id>/agreement")
@open_to("officer")
def agree_swap(swap_id: int) -> Answer:
    swap = _asked_or_404(swap_id)
    said = _("You agreed. A supervisor decides; until then nothing changes.")
    return _stepped(lambda: swaps.agree(swap, now()), said, ".own_shifts")


@blueprint.post("/rosters/swaps/<int:swap_id>/refusal")
@open_to("officer")
def decline_swap(swap_id: int) -> Answer:
    swap = _asked_or_404(swap_id)
    return _stepped(lambda: swaps.decline(swap, now()), _("You declined."), ".own_shifts")


@blueprint.get("/rosters/swaps")
@open_to(*PLANNERS)
def swap_decisions() -> Answer:
    """The swaps that wait for a planner, each with the rules that it would break."""
    return render_template("rosters/swaps.html", rows=[_decision(swap) for swap in open_swaps.waiting(now())])


@blueprint.post("/rosters/swaps/<int:swap_id>/approval")
@open_to(*PLANNERS)
def approve_swap(swap_id: int) -> Answer:
    swap, asked = get_or_404(ShiftSwap, swap_id), request.form.get("asked", "")
    said = _("The swap is approved.")
    return _stepped(lambda: swaps.approve(swap, now(), current_user, confirmed=asked), said, ".swap_decisions")


@blueprint.post("/rosters/swaps/<int:swap_id>/rejection")
@open_to(*PLANNERS)
def refuse_swap(swap_id: int) -> Answer:
    swap = get_or_404(ShiftSwap, swap_id)
    return _stepped(lambda: swaps.refuse(swap, now(), current_user), _("The swap is refused."), ".swap_decisions")


def _stepped(step: Any, said: str, page: str) -> Response:
    """Do a step, or say why it cannot be done."""
    try:
        step()
    except swaps.SwapOver:
        problem = _("This swap is over, or somebody else has decided on it.")
    except swaps.OwnSwap:
        problem = _("Another supervisor decides on a swap of your own.")
    except OtherAgency as other:
        problem = _("%(name)s: another agency's roster.", name=other)
    except NotPlannable:
        problem = _("The shifts have changed meanwhile. Check the swap again.")
    else:
        return done(said, url_for(page))
    db.session.rollback()
    flash(problem, "error")
    return redirect(url_for(page))


def _decision(swap: ShiftSwap) -> dict[str, Any]:
    found = swaps.violations_of(swap, now())
    return {"swap": swap, "problems": [_sentence(swap, one) for one in found], "asked": fingerprint(found),
            "may": all(one.confirmable for one in found)}  # fmt: skip


def _sentence(swap: ShiftSwap, violation: Violation) -> str:
    taken = swap.shift if violation.name == swap.colleague.name else swap.return_shift
    return sentence(violation, draft_of(taken or swap.shift).period)


def _own_or_404(shift_id: int) -> PlannedShift:
    shift = get_or_404(PlannedShift, shift_id)
    mine = shift.user_id == current_user.id and shift.cancelled_at is None and shift.starts_at > now()
    return shift if mine else abort(404)


def _asked_or_404(swap_id: int) -> ShiftSwap:
    swap = get_or_404(ShiftSwap, swap_id)
    return swap if swap.colleague_id == current_user.id else abort(404)


def _offer_page(shift: PlannedShift) -> str:
    colleagues = {key: name for key, name in officers_of(shift.agency).items() if key != current_user.id}
    form = ColleagueForm(request.args)
    form.offer({key: label for key, label in labels_of(shift.agency).items() if key != current_user.id})
    chosen = form.colleague.data if request.args and form.validate() else 0
    return render_template(
        "rosters/offer.html", shift=shift, colleagues=colleagues, chosen=chosen, form=form,
        promised=swaps.is_promised(shift), wanted=choices(shift, chosen, now()) if chosen else [],
    )  # fmt: skip
