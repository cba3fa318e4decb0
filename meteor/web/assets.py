"""Static files under names that change with their content, so that browsers may keep them for ever."""

import gzip
import os
import re
from hashlib import sha256
from pathlib import Path, PurePosixPath
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise import WhiteNoise

from meteor.web.headers import HEADERS

TEXT = {".css", ".js", ".svg", ".webmanifest", ".json", ".html", ".txt"}
REFERENCE = re.compile(r"""(?P<before>url\(["']?|"src": ?")(?P<name>[^"')#?:]+)(?P<after>["')#?])""")
MINIFIED = {".css": cssmin, ".js": jsmin}
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")

SHEETS = (
    "css/tokens.css", "css/elements.css", "css/controls.css", "css/layout.css", "css/header.css", "css/parts.css",
    "css/forms.css", "css/tables.css", "css/messages.css", "css/warnings.css", "css/motion.css", "css/print.css",
)  # fmt: skip
"""The style sheets of every page, in the order in which later ones override."""

EVERY_PAGE = "css/every-page.css"
"""All of SHEETS in one file: a slow network brings one sooner than ten."""

BUTTON_SCRIPTS = (
    "js/place.js", "js/hold.js", "js/request.js", "js/delivery.js", "js/dark-screen.js", "js/press.js", "js/trial.js",
    "js/warnings.js",
)  # fmt: skip
"""The scripts of the citizen's button, in the order in which they need each other."""

BUTTON_PAGE = "js/button-page.js"
"""All of BUTTON_SCRIPTS in one file: eight at a time would leave the sheets little of a slow network."""

LOOK = (EVERY_PAGE, "css/dark-scheme.css", "vendor/font.woff2")
"""The files that every page is drawn with."""


def init_app(app: Flask) -> None:
    """Build `static/` into `<var>/static` and serve it under /static/.

    Templates get `asset(name)`, EVERY_PAGE, BUTTON_PAGE and `icons`, the drawings of static/vendor/icons by
    their names.
    """
    target = app.config["SETTINGS"].var / "static"
    source = Path(app.root_path) / "static"
    names = build(source, target)
    app.jinja_env.globals["asset"] = lambda name: f"/static/{names[name]}"
    app.jinja_env.globals.update(EVERY_PAGE=EVERY_PAGE, BUTTON_PAGE=BUTTON_PAGE)
    app.jinja_env.globals["icons"] = {path.stem: _drawing(path) for path in (source / "vendor" / "icons").glob("*.svg")}
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=target,
        prefix="static/",
        allow_all_origins=False,
        immutable_file_test=lambda path, url: HASHED.search(url) is not None,
        add_headers_function=_add_safety,
    )


def build(source: Path, target: Path) -> dict[str, str]:
    """Copy every file below `source` to `target` under its hashed name, text also as .gz; {name: hashed name}.

    Our own sheets and scripts lose their comments and spaces on the way: on a crowded cell each KB takes 0.16 s.
    SHEETS are built as EVERY_PAGE alone, BUTTON_SCRIPTS also as BUTTON_PAGE. What is there already is left alone. Each
    file appears whole or not at all, so processes may build at the same time. Stylesheets and manifests come last: the
    files that they name are written into them by their hashed names.
    """
    files = sorted(path for path in source.rglob("*") if path.is_file() and not path.name.startswith("."))
    contents = {path.relative_to(source).as_posix(): path.read_bytes() for path in files}
    contents[EVERY_PAGE] = b"\n".join(contents.pop(name) for name in SHEETS if name in contents)
    contents[BUTTON_PAGE] = b"\n".join(_apart(contents[name]) for name in BUTTON_SCRIPTS if name in contents)
    names: dict[str, str] = {}
    for name in sorted(contents, key=lambda name: name.endswith((".css", ".webmanifest"))):
        content, suffix = contents[name], PurePosixPath(name).suffix
        if suffix in (".css", ".webmanifest"):
            content = _with_hashed_references(content.decode(), name, names).encode()
        if suffix in MINIFIED and not name.startswith("vendor/"):
            content = MINIFIED[suffix](content)
        digest = sha256(content).hexdigest()[:12]
        names[name] = PurePosixPath(name).with_suffix(f".{digest}{suffix}").as_posix()
        _write(target / names[name], content, suffix in TEXT)
    return names


def _apart(script: bytes) -> bytes:
    """The script so that its failure does not stop those after it in its file; the console still shows the error."""
    return b"try {\n%s\n} catch (error) { setTimeout(() => { throw error; }); }" % script


def _drawing(path: Path) -> Markup:
    """The content of the file's svg element."""
    return Markup(path.read_text().partition(">")[2].rpartition("</svg>")[0])  # noqa: S704  our own file


def _with_hashed_references(text: str, name: str, names: dict[str, str]) -> str:
    folder = PurePosixPath(name).parent

    def hashed(match: re.Match[str]) -> str:
        meant = os.path.normpath(folder / match["name"])
        if meant not in names:
            return match[0]
        return match["before"] + os.path.relpath(names[meant], folder) + match["after"]

    return REFERENCE.sub(hashed, text)


def _write(path: Path, content: bytes, compress: bool) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if compress:  # first, so that whoever sees the file finds its .gz beside it
        _put(path.with_name(path.name + ".gz"), gzip.compress(content, 9, mtime=0))
    _put(path, content)


def _put(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def _add_safety(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = HEADERS["X-Content-Type-Options"]  # the others are about pages
