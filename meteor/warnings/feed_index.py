"""An index of messages: RSS 2.0, as BMKG's, or Atom (RFC 4287)."""

from typing import NamedTuple
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from meteor.store.outgoing import host_of
from meteor.warnings.hardened_xml import NotXml, name_of, parse
from meteor.warnings.messages import NotUnderstood, cleaned

MOST_ENTRIES = 200
"""Entries of an index that are looked at. BMKG's has one for each province that is warned."""

LONGEST_URL = 500
CAP_TYPE = "application/cap+xml"


class Entry(NamedTuple):
    """A message's address, and what the index says of its time: another time is another message."""

    url: str
    published: str


def read(data: bytes, url: str) -> list[Entry]:
    """The entries of an index that stands at `url`, in its order, each address once. Raises NotUnderstood."""
    try:
        root = parse(data)
    except NotXml as problem:
        raise NotUnderstood(str(problem)) from problem
    if name_of(root) not in ("rss", "feed", "RDF"):
        raise NotUnderstood(f"it is no RSS or Atom index, but <{cleaned(name_of(root), 50)}>")
    found: dict[str, Entry] = {}
    for item in (each for each in root.iter() if name_of(each) in ("item", "entry")):
        link = _address(url, _link(item))
        if link and link not in found and len(found) < MOST_ENTRIES:
            found[link] = Entry(link, _published(item))
    return list(found.values())


def _link(item: Element) -> str:
    """The link of RSS; of several links of Atom that to a CAP message, else the first alternate."""
    links = [each for each in item if name_of(each) == "link"]
    of_cap = [each for each in links if each.get("type", "").startswith(CAP_TYPE)]
    plain = [each for each in links if each.get("rel", "alternate") == "alternate"]
    chosen = next(iter([*of_cap, *plain]), None)
    return "" if chosen is None else (chosen.get("href") or chosen.text or "").strip()


def _published(item: Element) -> str:
    said = {name_of(each): each.text for each in item}
    return cleaned(said.get("updated") or said.get("pubDate") or said.get("published") or said.get("date"), 100)


def _address(base: str, link: str) -> str:
    """The HTTPS address of a link, else ""."""
    try:
        url = urljoin(base, link)
        host_of(url)
    except ValueError:
        return ""
    return url if link and len(url) <= LONGEST_URL else ""
