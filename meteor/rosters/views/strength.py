"""Minimum strength: what is needed, where the plan or the present duty is below it, and who is on duty for too long."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from meteor.agencies import fleet
from meteor.agencies.models import Agency
from meteor.rosters import PLANNERS, READERS, blueprint, minimums
from meteor.rosters.long_duty import too_long
from meteor.rosters.minimum_forms import MinimumForm
from meteor.rosters.models import MinimumStrength
from meteor.rosters.replacements import MOST, Candidate, for_gap
from meteor.rosters.strength import Gap
from meteor.rosters.strength_facts import gaps_now, minima, planned_gaps
from meteor.rosters.strength_labels import DAYS
from meteor.rosters.strength_warnings import place_of
from meteor.store.database import db
from meteor.store.moments import WIB, now
from meteor.territory.models import Kecamatan
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.form_keys import idempotent_form

SHOWN = timedelta(days=7)
"""Time ahead in which gaps of the plan are shown."""

PROPOSED = timedelta(days=2)
"""Time ahead in which officers are proposed for a gap."""

Proposal = tuple[str, Candidate]
"""An officer for a gap, and the address of the form that plans them."""


@blueprint.get("/rosters/strength")
@open_to(*READERS)
def strength() -> str:
    at, wanted = now(), minima()
    ahead = planned_gaps(wanted, at, at + SHOWN)
    return render_template(
        "rosters/strength.html", minima=wanted, named={one.id: one for one in wanted}, days=DAYS, place=place_of,
        short_now=gaps_now(wanted, at), ahead=ahead, too_long=too_long(at),
        plans=current_user.has(*PLANNERS), candidates=_candidates(wanted, ahead, at),
    )  # fmt: skip


@blueprint.app_template_global()
def strength_now() -> list[str]:
    """The places where too few are on duty now, each with how many of how many, for a line of a header."""
    wanted = minima()
    named = {one.id: one for one in wanted}
    return [f"{place_of(named[gap.minimum_id])} {gap.have}/{gap.need}" for gap in gaps_now(wanted, now())]


@blueprint.route("/rosters/strength/new", methods=["GET", "POST"])
@open_to(*PLANNERS)
@idempotent_form(lambda: "/rosters/strength")
def new_minimum() -> Answer:
    return _edit(MinimumStrength(days="every"))


@blueprint.route("/rosters/strength/<int:minimum_id>", methods=["GET", "POST"])
@open_to(*PLANNERS)
def minimum(minimum_id: int) -> Answer:
    return _edit(get_or_404(MinimumStrength, minimum_id))


@blueprint.post("/rosters/strength/<int:minimum_id>/removal")
@open_to(*PLANNERS)
def remove_minimum(minimum_id: int) -> Answer:
    minimums.remove(get_or_404(MinimumStrength, minimum_id), current_user)
    return done(_("The minimum is removed."), url_for(".strength"))


def _candidates(wanted: Sequence[MinimumStrength], ahead: Sequence[Gap], at: datetime) -> dict[Gap, list[Proposal]]:
    """Return for planners the officers who could come in the gaps that begin within PROPOSED."""
    if not current_user.has(*PLANNERS):
        return {}
    agencies = {one.id: one.agency for one in wanted}
    soon = [gap for gap in ahead if gap.starts_at <= at + PROPOSED][:MOST]
    return {gap: [_proposal(agencies[gap.minimum_id], gap, one) for one in for_gap(agencies[gap.minimum_id], gap, at)]
            for gap in soon}  # fmt: skip


def _proposal(agency: Agency, gap: Gap, officer: Candidate) -> Proposal:
    day = gap.starts_at.astimezone(WIB).date()
    return url_for(".new_shift", agency=agency.code, user=officer.user_id, day=day), officer


def _edit(known: MinimumStrength) -> Answer:
    values = minimums.values_of(known)
    form = MinimumForm(request.form, known, values | {"kecamatan_id": values["kecamatan_id"] or 0})
    form.offer(fleet.agencies(), db.session.scalars(select(Kecamatan).order_by(Kecamatan.name)).all())
    if ready(form, form.before):
        try:
            minimums.save(known, form.values, current_user)
        except minimums.Overlaps:
            refuse(form.starts, _("Another minimum of this agency has some of these hours already."))
        else:
            return done(_("The minimum is saved."), url_for(".strength"))
    return form_page("rosters/minimum.html", form, form.before, known=known, place=place_of)
