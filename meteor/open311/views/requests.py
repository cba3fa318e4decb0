"""Service requests: reports of hazards as partners send and read them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from meteor.hazards.rules import TARGET
from meteor.open311 import blueprint, rules
from meteor.open311.forms import UnknownService, Wrong, new_request
from meteor.open311.request_view import request_view
from meteor.open311.searches import NUMBER, NotUnderstood, search_of
from meteor.open311.views.answers import answer, bad
from meteor.open311.views.keys import client_id, open_to_keys, open_with_or_without_key
from meteor.store.answers import Answer
from meteor.store.moments import now
from meteor.store.shapes import Shape
from meteor.web.api import caller, is_over_pace
from meteor.web.idempotency import idempotent
from meteor.web.pools import urgent
from meteor.web.problems import Problem

ROOT = "service_requests"


class Form(Shape):
    """The fields of a form, with several values of one name."""

    fields: list[tuple[str, str]]


@blueprint.post("/open311/v2/requests.<form>")
@open_to_keys
@urgent
def new_service_request(form: str) -> Response:
    """Report a hazard."""
    answer(ROOT, [])  # a format that we cannot answer is refused before anything is stored
    sent = [each for each in request.form.items(multi=True) if each[0] != "api_key"]
    said = idempotent(f"client:{caller().id}", _receive, {"body": Form(fields=sent)})
    return answer(ROOT, said.body, said.status)


@blueprint.get("/open311/v2/requests.<form>")
@open_with_or_without_key
def service_requests(form: str) -> Response:
    """The client's own requests; without a key verified hazards."""
    at = now()
    try:
        wanted = search_of(request.args, at)
    except NotUnderstood as wrong:
        raise bad([(wrong.name, wrong.words)]) from None
    return answer(ROOT, [request_view(each, client_id()) for each in rules.search(client_id(), wanted, at)])


@blueprint.get("/open311/v2/requests/<number>.<form>")
@open_with_or_without_key
def service_request(number: str, form: str) -> Response:
    """Answer with one service request."""
    return answer(ROOT, [request_view(_found(number), client_id())])


@blueprint.get("/open311/v2/tokens/<token>.<form>")
@open_with_or_without_key
def service_request_of_token(token: str, form: str) -> Response:
    """The number of a request. It is given at once, so a request's token is its number."""
    return answer(ROOT, [{"service_request_id": _found(token).number, "token": token}])


def _receive(body: Form) -> Answer:
    try:
        new, doubtful = new_request(MultiDict(body.fields))
    except UnknownService as unknown:
        raise Problem(404, _("There is no service with the code “%(code)s”.", code=unknown)) from None
    except Wrong as wrong:
        raise bad(wrong.problems) from None
    report = rules.receive(caller().id, new, now(), many=is_over_pace())
    notice = _notice(report.alert_id is not None, doubtful)
    said: dict[str, Any] = {"service_request_id": report.number, "service_notice": notice, "account_id": None}
    return Answer(201, [said])


def _notice(passed_on: bool, doubtful: Sequence[str]) -> str:
    if passed_on:
        said = _("The report was passed on to the command centre at once.")
    else:
        minutes = int(TARGET.total_seconds()) // 60
        said = _("BPBD wants to answer within %(minutes)d minutes. In an emergency call 112.", minutes=minutes)
    if not doubtful:
        return said
    return f"{said} " + _("Wrong fields were left out or shortened: %(names)s.", names=", ".join(doubtful))


def _found(number: str) -> Any:
    known = rules.find(client_id(), number, now()) if NUMBER.fullmatch(number) else None
    return known or abort(404)
