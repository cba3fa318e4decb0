"""Static files carry their content in their name, come compressed, and may be built by many at once."""

import gzip
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from meteor.web.assets import build
from meteor.web.headers import HEADERS


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "css").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "css" / "map.css").write_text("a { background: url(../images/pin.png) } b { background: url('data:x') }")
    (folder / "images" / "pin.png").write_bytes(b"\x89PNG pin")
    (folder / "app.webmanifest").write_text('{"icons": [{"src": "images/pin.png"}]}')
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_name_changes_with_the_content_and_only_then(source: Path, tmp_path: Path) -> None:
    first = build(source, tmp_path / "a")
    assert build(source, tmp_path / "b") == first
    (source / "images" / "pin.png").write_bytes(b"\x89PNG other")
    second = build(source, tmp_path / "a")
    assert second["images/pin.png"] != first["images/pin.png"]
    assert second["css/map.css"] != first["css/map.css"], "it names the picture"


def test_a_stylesheet_and_a_manifest_name_files_as_they_are_served(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "a")
    pin = names["images/pin.png"]
    css = (tmp_path / "a" / names["css/map.css"]).read_text()
    assert css == f"a{{background:url(../{pin})}}b{{background:url('data:x')}}"
    assert (tmp_path / "a" / names["app.webmanifest"]).read_text() == f'{{"icons": [{{"src": "{pin}"}}]}}'


def test_text_lies_there_compressed_and_pictures_do_not(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "a")
    css = tmp_path / "a" / names["css/map.css"]
    assert gzip.decompress(css.with_name(css.name + ".gz").read_bytes()) == css.read_bytes()
    assert not list((tmp_path / "a" / "images").glob("*.gz"))


def test_building_again_touches_nothing(source: Path, tmp_path: Path) -> None:
    build(source, tmp_path / "a")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    build(source, tmp_path / "a")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")} == before


def test_workers_that_start_at_once_build_one_whole_tree(source: Path, tmp_path: Path) -> None:
    build(source, tmp_path / "alone")
    with ProcessPoolExecutor(4) as workers:
        names = list(workers.map(build, [source] * 8, [tmp_path / "together"] * 8))
    assert all(each == names[0] for each in names)
    assert tree(tmp_path / "together") == tree(tmp_path / "alone")


def test_a_file_may_be_kept_for_ever_and_comes_compressed(visitor: FlaskClient) -> None:
    address = re.search(r'href="(/static/css/every-page\.[0-9a-f]{12}\.css)"', visitor.get("/sign-in").text)
    assert address
    answer = visitor.get(address[1], headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_a_file_carries_nothing_that_only_a_page_needs(visitor: FlaskClient) -> None:
    address = re.search(r'href="(/static/css/every-page\.[0-9a-f]{12}\.css)"', visitor.get("/sign-in").text)
    assert address
    answer = visitor.get(address[1])
    assert set(answer.headers.keys()) & set(HEADERS) == {"X-Content-Type-Options"}
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


def test_every_file_that_a_page_names_is_there(visitor: FlaskClient) -> None:
    addresses = re.findall(r'"(/static/[^"]+)"', visitor.get("/sign-in").text)
    assert len(addresses) >= 7
    for address in addresses:
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        answer.close()


def test_a_page_cannot_name_a_file_that_is_not_there(site: Flask) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        site.jinja_env.globals["asset"]("css/nowhere.css")


def test_nothing_outside_is_served(visitor: FlaskClient) -> None:
    assert visitor.get("/static/../meteor.db").status_code == 404
    assert visitor.get("/static/%2e%2e/secret_key").status_code == 404


def test_the_sheets_of_every_page_are_one_file_in_their_order(source: Path, tmp_path: Path) -> None:
    for name in ("tokens", "elements"):
        (source / "css" / f"{name}.css").write_text(f".{name} {{ color: red }}")
    names = build(source, tmp_path / "a")
    built = (tmp_path / "a" / names["css/every-page.css"]).read_text()
    assert built == ".tokens{color:red}.elements{color:red}"
    assert "css/elements.css" not in names


def test_the_scripts_of_the_button_are_one_file_in_their_order_and_fail_apart(source: Path, tmp_path: Path) -> None:
    for name in ("press", "place"):
        (source / "js").mkdir(exist_ok=True)
        (source / "js" / f"{name}.js").write_text(f"// why\nrun('{name}'); // at the end")
    names = build(source, tmp_path / "a")
    built = (tmp_path / "a" / names["js/button-page.js"]).read_text().replace("\n", "")
    apart = "try{run('%s');}catch(error){setTimeout(()=>{throw error;});}"
    assert built == apart % "place" + apart % "press"
    assert "js/place.js" in names, "which other pages load by itself"


def test_no_script_has_a_template_within_a_template() -> None:
    """The minifier takes spaces out of those."""
    nested = re.compile(r"`[^`]*\$\{[^}`]*`")
    scripts = sorted(Path("static", "js").glob("*.js"))
    assert scripts
    assert [script.name for script in scripts if nested.search(script.read_text())] == []


def test_comments_of_sheets_and_scripts_are_not_sent(source: Path, tmp_path: Path) -> None:
    (source / "css" / "a.css").write_text("/* why */ a { color: red }")
    (source / "a.js").write_text("// why\nconst a = 1;")
    names = build(source, tmp_path / "a")
    assert (tmp_path / "a" / names["css/a.css"]).read_text() == "a{color:red}"
    assert (tmp_path / "a" / names["a.js"]).read_text().strip() == "const a=1;"


NAMED_ICON = re.compile(r'icon\("([\w-]+)"\)|shape="([\w-]+)"|badge\([^%}]*?, "(?:ok|warn|danger|off)", "([\w-]+)"\)')


def test_every_icon_that_a_template_names_is_drawn(app: Flask) -> None:
    folder = Path(app.root_path, app.template_folder or "")
    texts = [path.read_text() for path in folder.rglob("*.html")]
    named = {next(filter(None, found.groups())) for text in texts for found in NAMED_ICON.finditer(text)}
    assert "check" in named
    assert named <= set(app.jinja_env.globals["icons"])
