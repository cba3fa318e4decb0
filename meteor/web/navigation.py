"""Navigation: the header's entries, each with its roles."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from meteor.web.package import NavigationEntry


class Item(NamedTuple):
    """One link of the header; `current` when the page that is shown lies below it."""

    label: str
    url: str
    current: bool


def init_app(app: Flask) -> None:
    """Give templates `nav_items()`, from the config's NAVIGATION (entries in their order), and `here()`."""
    app.config.setdefault("NAVIGATION", ())
    app.jinja_env.globals.update(nav_items=nav_items, here=here)


def nav_items() -> list[Item]:
    """The entries that one of the user's roles opens; none for the signed-out."""
    if not (current_user and current_user.is_authenticated):
        return []
    entries: Iterable[NavigationEntry] = current_app.config["NAVIGATION"]
    mine = [(entry.label, url_for(entry.endpoint)) for entry in entries if current_user.has(*entry.roles)]
    nearest = max((url for _, url in mine if _lies_below(url)), key=len, default=None)
    return [Item(label, url, url == nearest) for label, url in mine]


def here() -> str:
    """The address of the page that is shown, with its query, or `/` for one that was not asked for by GET."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _lies_below(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url.rstrip("/") + "/"))
