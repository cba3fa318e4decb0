"""The password, typed once more before a dangerous action; what was typed on the page goes on with it."""

from flask import redirect as lead
from flask import render_template, request
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, sessions
from meteor.accounts.forms import ProofForm
from meteor.accounts.roles import ROLES
from meteor.accounts.views import tries
from meteor.store.database import db
from meteor.web.access import FRESHNESS, PasswordNeeded, before_work, open_to
from meteor.web.errors import NEVER_REPEATED, what_may_be_sent_again
from meteor.web.language import own_address
from meteor.web.pools import hashes_password

Typed = MultiDict[str, str]


@blueprint.record
def _tell_gates(state: BlueprintSetupState) -> None:
    state.app.extensions[FRESHNESS] = lambda: sessions.is_proved(current_user)


@blueprint.app_errorhandler(PasswordNeeded)
def ask(error: PasswordNeeded) -> tuple[str, int]:
    """Ask for the password, and hold what was typed. What may stand on no page stays in the browser's page before."""
    return _page(ProofForm(), request.full_path.rstrip("?"), what_may_be_sent_again()), 403


@blueprint.route("/account/proof", methods=["GET", "POST"])
@open_to(*ROLES)
@before_work
@hashes_password
def proof() -> Response | str | tuple[str, int]:
    """Take the password. `next` is the address that the rest of the form is for: the browser sends it on (307)."""
    form = ProofForm(request.form)
    address = own_address(request.args.get("next", "")) or ""
    if request.method == "GET":
        return _page(form, "", None)
    if not tries.knows_password(form):
        return _page(form, address, _typed()), 422
    sessions.prove(current_user)
    db.session.commit()
    return lead(address, 307) if address else render_template("accounts/proof_done.html")


def _typed() -> Typed:
    typed = request.form.copy()
    for name in (*NEVER_REPEATED, "csrf_token"):
        typed.poplist(name)
    return typed


def _page(form: ProofForm, address: str, again: Typed | None) -> str:
    return render_template("accounts/proof.html", form=form, address=address if again is not None else "", again=again)
