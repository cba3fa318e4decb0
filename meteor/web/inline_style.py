"""Style sheets that stand inside of a page, which the page's security policy names by their hash."""

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


def inline_style(*names: str) -> InlineStyle:
    """Return our own sheets below `static/` as one, without comments and spaces.

    They may refer to no other file.
    """
    return _read(tuple(Path(current_app.root_path) / "static" / name for name in names))


@cache
def _read(paths: tuple[Path, ...]) -> InlineStyle:
    text = str(cssmin("\n".join(path.read_text() for path in paths)))
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return InlineStyle(Markup(text), f"sha256-{digest}")  # noqa: S704  our own files
