"""The start of sessions: after the password, and after the second factor of users with one."""

from typing import Any

from flask import current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, guesses, labels, remembered_devices, rules, second_factors, sessions
from meteor.accounts.models import User
from meteor.accounts.roles import CALL_HANDLING, WORK_FIRST
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.device_cookie import device, remember

ENTRIES = 20
"""Sign-ins of one user in an hour that are in the audit log, each by itself."""

HALF_WAY = "half_way"
"""The session cookie's key between password and second factor. It is signed, and opens only that step."""

HALF_WAY_LASTS = 5 * 60  # seconds

login = LoginManager()
login.session_protection = None  # "basic" writes the cookie at each other address, and can bring an ended key back


@login.user_loader
def load_user(key: str) -> User | None:
    """The user of the live session with this key.

    `g.in_call_centre` is what in_call_centre says, for the page of a failure, which asks no database.
    """
    user = sessions.user_of_session(key)
    g.in_call_centre = user is not None and user.has(*CALL_HANDLING)
    return user


blueprint.record(lambda state: login.init_app(state.app))
blueprint.record(lambda state: state.app.jinja_env.globals.update(start_page=home, in_call_centre=in_call_centre))


def admit(user: User, address: str | None = None) -> Response:
    """Sign in a user who has just given the password, or ask for the second factor first. Commits.

    `address` is where to go afterwards, by default home.
    """
    if not second_factors.is_set_up(user):
        enter(user)
    elif remembered_devices.is_remembered(user, device().name, now()):
        enter(user, by="remembered_device")
    else:
        session[HALF_WAY] = _serializer().dumps([user.id, _fingerprint(user)])
        db.session.commit()
        return redirect(url_for("accounts.second_step", next=address or None))
    return redirect(address or home())


def half_way(*, locked: bool = False) -> User | None:
    """The user who has given the password in this browser a short time ago, if it is still the same.

    `locked`: until the transaction ends, so that no session begins with a password that is changed meanwhile.
    """
    try:
        user_id, fingerprint = _serializer().loads(session.get(HALF_WAY, ""), max_age=HALF_WAY_LASTS)
    except (BadData, ValueError, TypeError):
        return None
    found = select(User).where(User.id == user_id, User.active).execution_options(populate_existing=True)
    user = db.session.scalar(found.with_for_update(key_share=True) if locked else found)
    return user if user and _fingerprint(user) == fingerprint else None


def enter(user: User, *, by: str = "password", stays_remembered: bool = False) -> None:
    """Sign `user` in on this device: the only place where a session begins. Commits.

    `by` is what was given last: password, code, recovery_code, passkey or remembered_device. The second factor was
    given, or is not set up.
    """
    label = labels.device(request.user_agent.string)
    sessions.end_key(session.get("_user_id", ""), "replaced")
    begun = sessions.begin_session(user, label)
    number = guesses.how_many_this_hour(f"in:{user.id}", now())
    if number <= ENTRIES or guesses.is_entered(number):
        audit.record(user, "signed_in", f"users:{user.id}", device=label, address=request.remote_addr, by=by)
    name = remember(user.id)
    if by == "remembered_device":
        remembered_devices.follow(user, name, begun)
    elif stays_remembered:
        remembered_devices.remember(user, name, begun, now())
    session.pop(HALF_WAY, None)
    login_user(user)
    session.permanent = True  # the browser keeps the cookie; when the session ends is decided by its row
    db.session.commit()


def home() -> str:
    """The address where the signed-in user's work begins; `/` for the signed-out."""
    homes = current_app.config["HOMES"]
    roles = WORK_FIRST if current_user.is_authenticated else ()
    return next((url_for(homes[role]) for role in roles if current_user.has(role)), "/")


def in_call_centre() -> bool:
    """Return whether the signed-in user handles 112 calls, and has nobody to call there."""
    return current_user.is_authenticated and current_user.has(*CALL_HANDLING)


def _fingerprint(user: User) -> str:
    """Tells one password of a user from another, without telling anything about it."""
    return rules.token_hash(f"{user.password_hash}")[:16]


def _serializer() -> URLSafeTimedSerializer:
    keys: list[Any] = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return URLSafeTimedSerializer(keys, salt="second-factor")
