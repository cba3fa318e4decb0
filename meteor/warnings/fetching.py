"""Requests to a feed's server: for its index, and the messages that are not known. Without the database."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

import urllib3

from meteor.store import downloads
from meteor.store.outgoing import PrivateAddress, Refused, host_of
from meteor.warnings import feed_index
from meteor.warnings.hardened_xml import MOST_BYTES
from meteor.warnings.messages import NotUnderstood

MOST_MESSAGES = 20
"""Messages that a turn fetches of one feed. BMKG asks for at most 60 requests a minute from one address."""

LONGEST_WAIT = 8.0
"""Seconds for one answer."""


@dataclass(frozen=True)
class Source:
    """A feed as it is stored. `known` are the keys of entries that were read, with what their times were.

    `waiting` are those that had a problem a moment ago, with it.
    """

    id: int
    kind: str
    url: str
    etag: str = ""
    last_modified: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A message that was fetched, or why not."""

    key: str
    published: str
    data: bytes = b""
    problem: str = ""


@dataclass
class Fetched:
    """The messages that a turn has brought. `whole` if nothing is left for the next turn.

    `problem` is that of the index or of a message; `is_reached` if the index, or the list, was read or had not changed.
    """

    problem: str = ""
    etag: str = ""
    last_modified: str = ""
    documents: list[Document] = field(default_factory=list)
    whole: bool = True
    is_reached: bool = False


def fetch(source: Source, seconds: float) -> Fetched:
    """The documents of a feed that are not known, in `seconds` at most."""
    until = monotonic() + seconds
    asked = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    answer: list[downloads.Answer] = []

    def ask() -> None:
        answer.append(_get(source.url, until, {name: value for name, value in asked.items() if value}, inside=True))

    if problem := problem_of(ask):
        return Fetched(problem)
    if answer[0].status == 304:
        return Fetched("", source.etag, source.last_modified, is_reached=True)
    headers = answer[0].headers
    found = Fetched("", headers.get("ETag", "")[:500], headers.get("Last-Modified", "")[:100])
    if source.kind == "earthquakes":
        found.documents.append(Document("", "", answer[0].body))
    elif problem := problem_of(lambda: _follow(source, answer[0].body, until, found)):
        return Fetched(problem)
    return found


def problem_of(action: Callable[[], object]) -> str:
    """Do it. Returns what went wrong, a word of `problems.WORDS` and perhaps a detail, or "" after a success."""
    try:
        action()
    except NotUnderstood as problem:
        return f"unreadable {problem}"
    except downloads.Unreadable as problem:
        return f"unreadable {problem}"
    except downloads.TooLarge:
        return "large"
    except (downloads.TooSlow, TimeoutError, urllib3.exceptions.TimeoutError):
        return "slow"
    except PrivateAddress:
        return "private"
    except Refused as problem:
        return f"refused {problem.status}"
    except (OSError, urllib3.exceptions.HTTPError, ValueError) as problem:
        return "unproved" if isinstance(problem, ssl.SSLError | urllib3.exceptions.SSLError) else "unreachable"
    return ""


def _follow(source: Source, index: bytes, until: float, found: Fetched) -> None:
    """Fetch the messages of an index that are not known, MOST_MESSAGES at most. Raises NotUnderstood."""
    entries = feed_index.read(index, source.url)
    found.is_reached = True
    found.problem = next((source.waiting[entry.url] for entry in entries if entry.url in source.waiting), "")
    left = [entry for entry in entries if source.known.get(entry.url) != entry.published]
    new = [entry for entry in left if entry.url not in source.waiting]
    for entry in new[:MOST_MESSAGES]:
        if monotonic() >= until:
            break
        found.documents.append(_document(entry, source, until))
    found.whole = len(found.documents) == len(left) and not any(each.problem for each in found.documents)


def _document(entry: feed_index.Entry, source: Source, until: float) -> Document:
    """A message. It may stand at a named private host only beside its index: a public one must not lead there."""
    got: list[bytes] = []
    inside = host_of(entry.url)[0] == host_of(source.url)[0]
    problem = problem_of(lambda: got.append(_get(entry.url, until, {}, inside=inside).body))
    return Document(*entry, got[0] if got else b"", problem)


def _get(url: str, until: float, headers: Mapping[str, str], *, inside: bool) -> downloads.Answer:
    seconds = min(max(until - monotonic(), 0.0), LONGEST_WAIT)
    return downloads.get(url, headers, inside=inside, most_bytes=MOST_BYTES, seconds=seconds)
