"""The look of screens by the user's place of work: desks are dense, and those of the command centre dark."""

from flask import abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.web.access import open_to
from meteor.web.language import YEAR, own_address

AT_DESKS = (*COMMAND_CENTRE, "hazard_officer", "admin")
COOKIE = "scheme"
SCHEMES = ("dark", "light")
AS_THE_DEVICE = "screen and (prefers-color-scheme: dark)"

blueprint.record(
    lambda state: state.app.jinja_env.globals.update(
        density=density, scheme=scheme, dark_media=dark_media, AS_THE_DEVICE=AS_THE_DEVICE
    )
)


@blueprint.post("/scheme")
@open_to(*COMMAND_CENTRE)
def choose_scheme() -> Response:
    """Keep the colours of this browser's command centre pages, and go back to the page that asked."""
    wish = request.form.get("scheme")
    if wish not in SCHEMES:
        abort(400)
    answer = redirect(own_address(request.form.get("next", "")) or "/")
    answer.set_cookie(COOKIE, wish, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def density() -> str:
    """`desk` for users who work at one, else `touch`; css/tokens.css holds the sizes of both."""
    return "desk" if _is(*AT_DESKS) else "touch"


def scheme() -> str | None:
    """The colours of the command centre's screens, of SCHEMES: dark unless chosen.

    None for other users, and on a page of one's own alert: that is read on a phone, also in the sun.
    """
    if not _is(*COMMAND_CENTRE) or request.blueprint == "panic":
        return None
    return "light" if request.cookies.get(COOKIE) == "light" else "dark"


def dark_media() -> str:
    """The media query under which css/dark-scheme.css holds. Paper is never dark."""
    return {"dark": "screen", "light": "not all", None: AS_THE_DEVICE}[scheme()]


def _is(*roles: str) -> bool:
    return bool(current_user and current_user.is_authenticated and current_user.has(*roles))
