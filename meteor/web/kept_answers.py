"""Answers to polls that many readers see alike: given again, compressed once, without a request to Flask."""

import gzip
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from meteor.web.polling import SHARED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 32
"""Largest number of stored answers in a process: addresses with their filters, times languages and rights."""


class KeptAnswer(NamedTuple):
    """A stored answer for all readers of the same scope."""

    version: Any
    headers: list[tuple[str, str]]
    body: bytes
    packed_headers: list[tuple[str, str]]
    packed: bytes

    def give(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        packs = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        start_response("200 OK", self.packed_headers if packs else self.headers)
        return (self.packed if packs else self.body,)


class KeptAnswers:
    """The newest answer for each address and scope, of those that a view has marked as shared (see polling).

    The oldest goes when there are more than MOST.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, Hashable], KeptAnswer] = OrderedDict()

    def get(self, environ: "WSGIEnvironment", scope: Hashable) -> KeptAnswer | None:
        """The newest answer for readers of `scope` to what is asked, whichever version they show."""
        return self._kept.get(_key(environ, scope))

    def ask(
        self, app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:  # fmt: skip
        """The answer of `app`, stored if it is marked as shared."""
        said: list[Any] = []
        answer = app(environ, lambda *status: said.append(status))  # type: ignore[arg-type]
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = said[0][:2]
        if SHARED in environ and status.startswith("200"):
            version, scope = environ[SHARED]
            self._keep(_key(environ, scope), _kept(version, headers, body))
        start_response(status, headers)
        return (body,)

    def _keep(self, key: tuple[str, str, Hashable], answer: KeptAnswer) -> None:
        self._kept.pop(key, None)
        self._kept[key] = answer
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)


def _key(environ: "WSGIEnvironment", scope: Hashable) -> tuple[str, str, Hashable]:
    asked = "&".join(part for part in environ["QUERY_STRING"].split("&") if not part.startswith("v="))
    return environ["PATH_INFO"], asked, scope


def _kept(version: Any, headers: list[tuple[str, str]], body: bytes) -> KeptAnswer:
    own = [(name, value) for name, value in headers if name not in ("Content-Length", "Set-Cookie", "Vary")]
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    varying = [*own, ("Vary", "Accept-Encoding")]
    return KeptAnswer(
        version,
        [*varying, ("Content-Length", str(len(body)))],
        body,
        [*varying, ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))],
        packed,
    )
