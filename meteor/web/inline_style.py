"""A style sheet that stands inside of a page, which the page's security policy names by its hash."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import current_app
from markupsafe import Markup
from rcssmin import cssmin


@dataclass(frozen=True)
class InlineStyle:
    """The text of a <style> element, and its source for `style-src`."""

    text: Markup
    source: str


def inline_style(name: str) -> InlineStyle:
    """One of our own sheets below `static/`, without comments and spaces. It may refer to no other file."""
    return _read(Path(current_app.root_path) / "static" / name)


@cache
def _read(path: Path) -> InlineStyle:
    text = str(cssmin(path.read_text()))
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return InlineStyle(Markup(text), f"sha256-{digest}")  # noqa: S704  our own file
