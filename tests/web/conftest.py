"""METEOR with a few test pages, for tests of the web layer."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask, Response, abort, flash, g, jsonify, redirect, render_template_string, request
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from app import configure_process, create_app
from meteor.config import Settings
from meteor.store.database import db, hang_up
from meteor.web.access import open_to_everyone
from meteor.web.bodies import takes_bytes
from meteor.web.throttle import limiter
from tests.conftest import KEYS, Browser
from tests.web.gallery import Rows, add_gallery

ASKED = '{% extends "base.html" %}{% block main %}<form method="post">{{ csrf_token() }}</form>{% endblock %}'


def add_odd_rooms(app: Flask) -> None:
    """Routes that go wrong in every way that a route can."""

    @app.get("/crash")
    @open_to_everyone
    def crash() -> str:
        raise ZeroDivisionError

    @app.get("/refuse/<int:code>")
    @open_to_everyone
    def refuse(code: int) -> str:
        abort(code)

    @app.get("/refuse-large")
    @open_to_everyone
    @takes_bytes(20_000_000)
    def refuse_large() -> str:
        abort(413)

    @app.get("/refuse-in-the-112-room/<int:code>")
    @open_to_everyone
    def refuse_in_the_112_room(code: int) -> str:
        g.in_call_centre = True
        abort(code)

    @app.get("/own-words")
    @open_to_everyone
    def own_words() -> str:
        abort(409, "TRAIL-02 accepted first, at 14.03.05.")

    @app.get("/moved")
    @open_to_everyone
    def moved() -> Response:
        abort(redirect("/elsewhere"))

    @app.route("/typed", methods=["GET", "POST"])
    @open_to_everyone
    def typed() -> Response | str:
        return jsonify(request.form) if request.method == "POST" else render_template_string(ASKED)

    @app.get("/told")
    @open_to_everyone
    def told() -> str:
        flash("<b>Ditutup</b>", "error")
        return render_template_string('{% extends "base.html" %}')


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Rows]:
    """METEOR with the test pages, for all tests of a process: to build it takes 0.4 s."""
    settings = KEYS | {"METEOR_VAR": str(tmp_path_factory.mktemp("site")), "METEOR_DEMO": "1"}
    app = create_app(Settings.from_environment(settings))
    app.test_client_class = Browser
    add_odd_rooms(app)
    return app, add_gallery(app)


@pytest.fixture
def site(built: tuple[Flask, Rows]) -> Iterator[Flask]:
    """METEOR with the test pages. Its database has no tables."""
    app, _ = built
    configure_process(app.config["SETTINGS"])  # a test before may have built another application
    limiter.reset()
    with app.app_context():
        yield app
        db.session.remove()
        hang_up()


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return site.test_client()


@pytest.fixture
def rows(built: tuple[Flask, Rows]) -> Iterator[Rows]:
    """The rows that the gallery's page polls."""
    _, rows = built
    yield rows
    rows.begin_anew()


@pytest.fixture
def address(site: Flask, rows: Rows) -> Iterator[str]:
    """Where the site with the gallery is served."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def base_url() -> str:
    """Instead of pytest-base-url's own, which this pytest warns of."""
    return ""
