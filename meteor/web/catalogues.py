"""Translation catalogues: collects the texts of each package's code and templates, and compiles them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import wtforms
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
HEADER = b"""msgid ""
msgstr ""
"Language: id\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
Text = Any
"""One text, or a tuple of its plural forms."""

WEB = "web"
"""The package with texts of all pages. Other catalogues do not repeat them."""


def packages(root: Path) -> list[str]:
    """The packages below `root`/meteor, WEB first."""
    found = sorted(path.parent.name for path in root.glob("meteor/*/__init__.py"))
    return sorted(found, key=lambda package: package != WEB)


def catalogue_of(root: Path, package: str) -> Path:
    """The path of the package's catalogue."""
    return root / "meteor" / package / "translations" / "id" / "LC_MESSAGES" / "messages.po"


def said(root: Path, package: str) -> Catalog:
    """The untranslated texts of a package, without those of WEB."""
    spoken = _empty()
    common = said(root, WEB) if package != WEB else Catalog()
    for path in _sources(root, package):
        for _line, message, _comments, context in _extracted(path):
            if common.get(_key(message), context) is None:
                spoken.add(message, context=context)
    return spoken


def translated(root: Path, package: str) -> Catalog:
    """The package's catalogue as it is."""
    path = catalogue_of(root, package)
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale="id")


def update(root: Path, package: str) -> list[str]:
    """Update and compile the package's catalogue. Returns the texts without a translation.

    A text that another package has translated is taken from there. Sorted, without dates and line numbers, so that a
    change of the file is a change of words.
    """
    spoken = said(root, package)
    known = [translated(root, name) for name in (package, *packages(root))]
    for message in messages(spoken):
        matches = (catalogue.get(_key(message.id), message.context) for catalogue in known)
        message.string = next((match.string for match in matches if match and complete(match.string)), "")
        if isinstance(message.id, tuple) and not message.string:
            message.string = ("",)
    path = catalogue_of(root, package)
    if list(messages(spoken)) or path.exists():
        _save(spoken, path)
    return sorted(_key(message.id) for message in messages(spoken) if not complete(message.string))


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The catalogue without its header."""
    return (message for message in catalogue if message.id)


def complete(string: Text) -> bool:
    """Return whether a translation is there, in all its plural forms."""
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


def _extracted(path: Path) -> Iterator[tuple[int, Text, list[str], str | None]]:
    if path.suffix == ".html":
        yield from extract_from_file("jinja2.ext:babel_extract", path, KEYWORDS, options={"silent": "false"})
    else:
        yield from extract_from_file("python", path, KEYWORDS)


def _sources(root: Path, package: str) -> Iterator[Path]:
    yield from sorted((root / "meteor" / package).rglob("*.py"))
    yield from sorted((root / "templates" / package).rglob("*.html"))
    if package == WEB:
        yield root / "templates" / "base.html"
        for folder in ("parts", "errors"):
            yield from sorted((root / "templates" / folder).rglob("*.html"))
        yield from sorted(Path(wtforms.__file__).parent.rglob("*.py"))  # what forms say by themselves


def _empty() -> Catalog:
    return read_po(BytesIO(HEADER), locale="id")


def _key(message: Text) -> str:
    return message if isinstance(message, str) else message[0]


def _save(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER)
        write_po(file, catalogue, width=120, no_location=True, omit_header=True, sort_output=True)
    with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale="id"))
