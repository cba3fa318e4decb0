"""Navigation: the entries of the header and of groups, each with its roles, and breadcrumbs."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from meteor.web.package import NavigationEntry


class Item(NamedTuple):
    """One link; in the header `current` when the page that is shown lies below it."""

    label: str
    url: str
    current: bool = False


def init_app(app: Flask) -> None:
    """Give templates what the config's NAVIGATION (entries in their order) says, `here()` and `in_frame()`."""
    app.config.setdefault("NAVIGATION", ())
    app.jinja_env.globals.update(
        nav_items=nav_items, nav_groups=nav_groups, crumbs=crumbs, here=here, in_frame=in_frame
    )


def nav_items() -> list[Item]:
    """The entries of the header that one of the user's roles opens; none for the signed-out."""
    mine = [(entry.label, url_for(entry.endpoint)) for entry in _own_entries() if entry.in_header]
    nearest = max((url for _, url in mine if _lies_below(url)), key=len, default=None)
    return [Item(label, url, url == nearest) for label, url in mine]


def own_pages() -> list[Item]:
    """All pages of the navigation that one of the user's roles opens, each once, also those outside of the header."""
    pages = {url_for(entry.endpoint): entry.label for entry in _own_entries()}
    return [Item(label, url) for url, label in pages.items()]


def nav_groups() -> dict[str, list[Item]]:
    """The entries with a group that one of the user's roles opens, by the group's heading."""
    groups: dict[str, list[Item]] = {}
    for entry in _own_entries():
        if entry.group:
            groups.setdefault(str(entry.group), []).append(Item(entry.label, url_for(entry.endpoint)))
    return groups


def crumbs() -> list[Item]:
    """The pages of groups that the page that is shown lies below, the nearest last."""
    items = (item for items in nav_groups().values() for item in items)
    return sorted((item for item in items if _lies_below(item.url)), key=lambda item: len(item.url))


def here() -> str:
    """The address of the page that is shown, with its query, or `/` for one that was not asked for by GET."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def in_frame() -> bool:
    """Return whether the page is shown within another one of METEOR: the drawer of the board."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def _own_entries() -> Iterator[NavigationEntry]:
    if current_user and current_user.is_authenticated:
        yield from (entry for entry in current_app.config["NAVIGATION"] if current_user.has(*entry.roles))


def _lies_below(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url.rstrip("/") + "/"))
