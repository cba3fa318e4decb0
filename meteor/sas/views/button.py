"""The silent button: a page that looks like nothing. Its test, its history and what it means are on other pages."""

from uuid import uuid4

from flask import Response, abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.alerts import press_body
from meteor.alerts.models import Alert
from meteor.alerts.rules import Receipt
from meteor.premises.models import Premises
from meteor.sas import blueprint, history, labels, monthly, testing
from meteor.sas import button as rules
from meteor.sas.button_forms import WordForm
from meteor.sas.meanings import SAID
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web import bodies
from meteor.web.access import open_to, wants_json
from meteor.web.lists import listing
from meteor.web.origin import exempt, refuse_foreign
from meteor.web.pools import urgent

TESTS = Limit("tests", 50, _l("tests of the silent button"))

CHOSEN = "premises"
"""The session's key of the button's premises."""


@blueprint.get("/sas")
@open_to("business")
@urgent
def button() -> str | AnyResponse:
    premises = _chosen()
    if premises is None:
        return redirect(url_for("sas.places"), 303)
    sign, signs = rules.sign(current_user, premises, now()), rules.marks(rules.keeper_of(current_user, premises))
    return render_template("sas/button.html", premises=premises, id=uuid4(), sign=sign, signs=signs)


@blueprint.get("/sas/start")
@open_to("business")
def start() -> AnyResponse:
    """Redirect to the button, or before the first test to the page that explains it."""
    premises = _chosen()
    tested = premises is None or rules.keeper_of(current_user, premises).tested_at is not None
    return redirect(url_for("sas.button" if tested else "sas.explained"), 303)


@blueprint.get("/sas/sign")
@open_to("business")
@urgent
def sign() -> Response:
    """The button's status as JSON, and the page's user, for presses stored in the browser."""
    premises = _chosen() or abort(404)
    return jsonify(sign=rules.sign(current_user, premises, now()), user=str(current_user.id))


@blueprint.post("/sas/alarms")
@open_to("business")
@urgent
def press() -> AnyResponse:
    """Store a press. It is never refused for its form, only if it comes from another site's page."""
    refuse_foreign()
    fields = press_body.fields_of(bodies.beginning(), request.content_type or "")
    receipt = rules.press(current_user, fields, now())
    db.session.commit()
    return _answer(receipt, "sas.button")


@blueprint.get("/sas/test")
@open_to("business")
def test() -> str | AnyResponse:
    premises = _chosen()
    if premises is None:
        return redirect(url_for("sas.places"), 303)
    last, months = rules.last_test(current_user, premises), monthly.of_premises(premises, 1)
    running = testing.in_test(premises.id, None, now())
    return render_template(
        "sas/test.html", premises=premises, id=uuid4(), last=last, month=months[0] if months else None, running=running
    )


@blueprint.post("/sas/test")
@open_to("business")
def try_out() -> AnyResponse:
    premises = _chosen() or abort(404)
    quotas.spend(f"user:{current_user.id}", TESTS, now())
    receipt = rules.try_out(current_user, premises, request.form, now())
    db.session.commit()
    if not wants_json():
        flash(_("The test has arrived as %(number)s. Nobody is sent.", number=receipt.number))
    return _answer(receipt, "sas.test")


@blueprint.get("/sas/history")
@open_to("business")
def past() -> str:
    """The history of the user's premises: alarms and tests."""
    found = listing(history.alarms_of(current_user), sorts={"received": Alert.received_at}, sort="-received")
    return render_template(
        "sas/history.html",
        page=found,
        tests=history.panel_tests_of(current_user),
        raised_by=history.raised_by,
        said=SAID,
    )


@blueprint.get("/sas/help")
@open_to("business")
def explained() -> str:
    return _help()


@blueprint.post("/sas/word")
@open_to("business")
def ready_word() -> AnyResponse | tuple[str, int]:
    """Keep the user's own word for "ready"; an empty one is the number again."""
    premises, form = _chosen() or abort(404), WordForm(request.form)
    if not form.validate():
        return _help(form), 422
    rules.keeper_of(current_user, premises).ready_word = form.word.data
    db.session.commit()
    flash(_("Saved. The page shows it from now on when it is ready."))
    return redirect(f"{url_for('sas.explained')}#word-title", 303)


@blueprint.get("/sas/places")
@open_to("business")
def places() -> str:
    """Their premises, to choose one."""
    return render_template("sas/places.html", places=rules.places_of(current_user), premises=_chosen())


@blueprint.post("/sas/places")
@open_to("business")
def choose() -> AnyResponse:
    chosen = request.form.get("premises", "")
    if all(str(premises.id) != chosen for premises in rules.places_of(current_user)):
        abort(422, _("Premises: choose one of yours."))
    session[CHOSEN] = int(chosen)
    return redirect(url_for("sas.button"), 303)


exempt(blueprint, press)


def _chosen() -> Premises | None:
    """The premises that the button is for: the only ones, or those that were chosen last; None where a choice lacks."""
    theirs = rules.places_of(current_user)
    if len(theirs) == 1:
        return theirs[0]
    return next((premises for premises in theirs if premises.id == session.get(CHOSEN)), None)


def _help(form: WordForm | None = None) -> str:
    premises = _chosen()
    keeper = rules.keeper_of(current_user, premises) if premises else None
    form = form or WordForm(data={"word": keeper.ready_word if keeper else ""})
    signs = [(mark, labels.MEANINGS[name]) for name, mark in (rules.marks(keeper) if keeper else labels.SIGNS).items()]
    return render_template(
        "sas/help.html", signs=signs, premises=premises, keeper=keeper, places=rules.places_of(current_user), form=form
    )


def _answer(receipt: Receipt, page: str) -> AnyResponse:
    if not wants_json():
        return redirect(url_for(page), 303)
    answer = jsonify(
        id=receipt.id, number=receipt.number, status=receipt.status, sign=rules.sign_of(receipt), url=url_for(page)
    )
    answer.status_code = 201 if receipt.first else 200
    return answer
