"""Answers to polls that many readers see alike: given again, compressed once, without a request to Flask."""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from meteor.web.polling import SHARED
from meteor.web.repeats import Answer
from meteor.web.shared_answers import SharedAnswer, SharedAnswers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 32
"""Largest number of stored answers in a process: addresses with their filters, times languages and rights."""


class KeptAnswers:
    """The newest answer for each address and scope, of those that a view has marked as shared (see polling).

    Each process has its own, and the oldest goes when there are more than MOST; what one has rendered, the others take
    over (see shared_answers).
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, SharedAnswer] = OrderedDict()
        self._shared = SharedAnswers()

    def give(
        self,
        app: "WSGIApplication",
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        scope: Hashable,
        is_newest: Callable[[Any], bool],
    ) -> Iterable[bytes]:
        """The stored answer for readers of `scope` whose version `is_newest`; else the answer of `app`, stored."""
        key = _key(environ, scope)
        kept = self._latest(key, is_newest)
        if kept is None:
            return self.ask(app, environ, start_response)  # nobody waits for what was never shared
        if not is_newest(kept.version):
            with self._shared.alone(repr(key)):
                kept = self._latest(key, is_newest)
                if kept is None or not is_newest(kept.version):
                    return self.ask(app, environ, start_response)
        status, headers, body = kept.for_client(packs=_packs(environ))
        start_response(status, list(headers))
        return (body,)

    def finder(
        self, environ: "WSGIEnvironment", scope: Hashable
    ) -> Callable[[Callable[[Any], bool]], Answer | None]:  # fmt: skip
        """A function that finds the stored answer for this request again, without waiting for who renders it."""
        key, packs = _key(environ, scope), _packs(environ)

        def find(is_newest: Callable[[Any], bool]) -> Answer | None:
            kept = self._latest(key, is_newest)
            return kept.for_client(packs=packs) if kept and is_newest(kept.version) else None

        return find

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
            key, kept = _key(environ, scope), _stored(version, headers, body)
            self._keep(key, kept)
            self._shared.write(repr(key), kept)
        start_response(status, headers)
        return (body,)

    def _latest(self, key: "_Key", is_newest: Callable[[Any], bool]) -> SharedAnswer | None:
        """The answer of this process, or of another one if this one's is not the newest."""
        kept = self._kept.get(key)
        if kept is None or not is_newest(kept.version):
            others = self._shared.read(repr(key))
            if others is not None:
                self._keep(key, others)
                return others
        return kept

    def _keep(self, key: "_Key", answer: SharedAnswer) -> None:
        self._kept.pop(key, None)
        self._kept[key] = answer
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)


_Key = tuple[str, str, Hashable]
"""Path, query without the version, and scope."""


def _key(environ: "WSGIEnvironment", scope: Hashable) -> _Key:
    asked = "&".join(part for part in environ["QUERY_STRING"].split("&") if not part.startswith("v="))
    return environ["PATH_INFO"], asked, scope


def _packs(environ: "WSGIEnvironment") -> bool:
    return "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")


def _stored(version: Any, headers: list[tuple[str, str]], body: bytes) -> SharedAnswer:
    own = [(name, value) for name, value in headers if name not in ("Content-Length", "Set-Cookie", "Vary")]
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    return SharedAnswer(version, [*own, ("Vary", "Accept-Encoding")], packed)
