"""Requests of GeoReport v2 to an endpoint. Without the database, so that nobody waits for a server to write."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from meteor.open311.endpoint_answers import Record, receipt, records
from meteor.open311.forwarding_models import ForwardEndpoint
from meteor.store import downloads
from meteor.store.outgoing import PrivateAddress, Refused
from meteor.warnings.fetching import problem_of
from meteor.warnings.messages import NotUnderstood

SECONDS = 8.0
"""Time for one answer. Two of them fit into the lease of an item of the outbox."""

MOST_BYTES = 1_000_000

OTHER_FORMAT = (400, 404, 406, 415, 501)
"""Answers of a server that may only know the other format."""


class Access(NamedTuple):
    """The address, key and format that a request to an endpoint needs."""

    url: str
    format: str
    api_key: str
    jurisdiction_id: str


class Offer(NamedTuple):
    """The services of an endpoint, as lists of `code` and `name`, in the format that it knows; or its problem."""

    problem: str
    format: str
    services: list[dict[str, str]]


def access_of(endpoint: ForwardEndpoint) -> Access:
    """The access to an endpoint, with its key in the clear."""
    return Access(endpoint.url, endpoint.format, endpoint.api_key or "", endpoint.jurisdiction_id)


def services(access: Access) -> Offer:
    """The services that the endpoint offers. A server that does not answer in JSON is asked for XML."""
    first = _services(access._replace(format="json"))
    word, _, detail = first.problem.partition(" ")
    is_other = word == "unreadable" or (word == "refused" and detail in map(str, OTHER_FORMAT))
    second = _services(access._replace(format="xml")) if is_other else first
    return first if second.problem else second


def find(access: Access, path: str, wanted: Collection[str], *, one: str = "", **query: str) -> list[Record]:
    """The records at a path such as "requests", or only the `one` with this id or token.

    Raises as downloads.get does, or NotUnderstood.
    """
    asked = {"jurisdiction_id": access.jurisdiction_id, "api_key": access.api_key} | query
    address = f"{_address(access, path, one)}?{urlencode({name: value for name, value in asked.items() if value})}"
    answer = downloads.get(address, {}, inside=True, most_bytes=MOST_BYTES, seconds=SECONDS)
    return records(answer.body, wanted)


def create(access: Access, fields: Mapping[str, str], idempotency_key: str) -> Record:
    """Create a service request; its record (see receipt). Raises as downloads.post does, or NotUnderstood."""
    known = {"jurisdiction_id": access.jurisdiction_id, "api_key": access.api_key}
    sent = {name: value for name, value in (known | dict(fields)).items() if value}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": idempotency_key}
    answer = downloads.post(
        _address(access, "requests"), urlencode(sent).encode(), headers,
        inside=True, most_bytes=MOST_BYTES, seconds=SECONDS,
    )  # fmt: skip
    return receipt(answer.body)


def has_not_arrived(problem: Exception) -> bool:
    """Return whether what went wrong with `create` says that the endpoint has surely stored nothing."""
    if isinstance(problem, Refused):
        return problem.status == 503 or (400 <= problem.status < 500 and problem.status not in (408, 409))
    return isinstance(problem, PrivateAddress | NewConnectionError | ConnectTimeoutError)


def cannot_search(problem: Refused) -> bool:
    """Return whether an endpoint says for good that it does not list requests."""
    return 400 <= problem.status < 500 and problem.status not in (408, 425, 429)


def _services(access: Access) -> Offer:
    found: list[dict[str, str]] = []

    def ask() -> None:
        for each in find(access, "services", ("service_code",)):
            code = each["service_code"]
            found.append({"code": code, "name": each.get("service_name") or code})
        if not found:
            raise NotUnderstood("it has no services")

    return Offer(problem_of(ask), access.format, found)


def _address(access: Access, path: str, one: str = "") -> str:
    below = f"/{quote(one, safe='')}" if one else ""
    return f"{access.url}/{path}{below}.{access.format}"
