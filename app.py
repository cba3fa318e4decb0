"""The application factory: the packages of METEOR, and Flask's extensions around them."""

import sys

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from meteor import (
    accounts,
    agencies,
    alerts,
    board,
    broadcasts,
    calls,
    clients,
    demo,
    dispatch,
    evacuation,
    hazards,
    incidents,
    integrations,
    neighbourhood,
    notices,
    open311,
    panic,
    premises,
    protocols,
    replay,
    residents,
    rosters,
    sas,
    scheduler,
    statistics,
    store,
    streets,
    territory,
    trackers,
    traffic,
    training,
    warnings,
    welfare,
)  # fmt: skip
from meteor.config import PROJECT, Settings, WrongSetting
from meteor.store.database import READER, configuration, db
from meteor.store.files import keep_private
from meteor.store.transactions import teach
from meteor.web import (
    access,
    api,
    assets,
    bodies,
    errors,
    form_keys,
    headers,
    language,
    logs,
    navigation,
    routing,
    session_cookie,
    storage_failures,
    templates,
    texts,
)
from meteor.web.throttle import limiter

PACKAGES = (
    store, streets, territory, accounts, clients, agencies, trackers, residents, notices, premises, protocols,
    warnings, broadcasts, evacuation, incidents, traffic, dispatch, alerts, neighbourhood, panic, calls, sas, hazards,
    welfare, rosters, training, open311, integrations, board, statistics, demo, replay, scheduler,
)  # fmt: skip
"""From the lowest layer up. The scheduler is last: it runs the jobs of all others, and delivers what they send."""

migrate = Migrate(compare_type=True, render_as_batch=True, directory=str(PROJECT / "migrations"))


def configure_process(settings: Settings) -> None:
    """Set what one process has once, such as its keys."""
    for package in PACKAGES:
        package.blueprint.configure(settings)


def create_app(settings: Settings | None = None) -> Flask:
    """Build METEOR from `settings`, or from the environment with the embedded default (SQLite, generated keys).

    Raises WrongSetting; RuntimeError if a route does not say who it is for.
    """
    settings = settings or Settings.from_environment()
    configure_process(settings)
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.old_secret_keys),
        **configuration(settings.database_url),
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over a night shift must still be taken; it ends with the session
        MAX_CONTENT_LENGTH=bodies.USUAL,
        MAX_FORM_MEMORY_SIZE=bodies.USUAL,  # a text that is too long is refused at its field, which keeps it
        RATELIMIT_STORAGE_URI=settings.throttle_storage,
        TRUSTED_HOSTS=settings.trusted_hosts,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    db.init_app(app)
    with app.app_context():
        teach(db.engine, db.engines[READER])
    migrate.init_app(app, db)
    for part in (routing, logs, bodies, storage_failures, access, session_cookie, CSRFProtect(), Htmx(), templates,
                 texts, limiter, errors, language, headers, form_keys, assets, navigation):  # fmt: skip
        part.init_app(app)
    for package in PACKAGES:
        app.register_blueprint(package.blueprint)
    api.exempt(app)
    access.refuse_unnamed_routes(app)
    if settings.production:  # in front of the gate for presses, which asks for the host
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def served(settings: Settings | None = None) -> Flask:
    """METEOR as gunicorn serves it. Raises as create_app does."""
    app = create_app(settings)
    for package in PACKAGES:
        package.blueprint.serve(app)
    return app


def __getattr__(name: str) -> Flask:
    """`app`, built when first asked for, so that `flask --app app` and gunicorn find it and an import alone is free."""
    if name != "app":
        raise AttributeError(name)
    try:
        settings = Settings.from_environment()
        keep_private(settings.var, settings.database_url)
        globals()["app"] = served(settings)
    except WrongSetting as wrong:
        sys.exit(f"METEOR cannot start: {wrong}")
    return globals()["app"]
