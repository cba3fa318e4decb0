"""The application factory: lists the packages, configures Flask, registers blueprints and jobs."""

import sys
from contextlib import suppress
from functools import partial
from importlib import import_module

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from meteor.accounts import gateway
from meteor.accounts.sessions import user_of_session
from meteor.accounts.views import use
from meteor.clients.rules import authenticate, note_use
from meteor.config import PROJECT, Settings, WrongSetting
from meteor.dispatch.queue import readers
from meteor.incidents import timeline
from meteor.notices import vapid
from meteor.scheduler import corrections
from meteor.scheduler.delivery import deliver, deliver_pushes
from meteor.scheduler.destination_queues import DestinationQueues
from meteor.store import disk, outgoing, rotation, secrets
from meteor.store.database import configuration, db, hang_up, prepare
from meteor.store.files import keep_private
from meteor.store.work import Job
from meteor.web import access, api, assets, errors, headers, language, logs, navigation, texts
from meteor.web.poll_cache import PollCache
from meteor.web.session_cookie import SessionCookie
from meteor.web.throttle import limiter

MODEL_PACKAGES = (
    "store",
    "territory",
    "accounts",
    "clients",
    "agencies",
    "residents",
    "notices",
    "premises",
    "protocols",
    "incidents",
    "dispatch",
    "alerts",
    "neighbourhood",
    "calls",
    "sas",
    "integrations",
    "scheduler",
)
"""Packages with models, from the lowest layer up."""

BLUEPRINTS = (
    "meteor.store.commands",
    "meteor.accounts.views.entry",
    "meteor.accounts.views.second_step",
    "meteor.accounts.views.second_factor",
    "meteor.accounts.views.passkeys",
    "meteor.accounts.views.account",
    "meteor.accounts.views.devices",
    "meteor.accounts.views.proof",
    "meteor.accounts.views.recovery",
    "meteor.accounts.views.number",
    "meteor.accounts.views.tries",
    "meteor.accounts.views.use",
    "meteor.accounts.admin.users",
    "meteor.accounts.admin.recoveries",
    "meteor.accounts.admin.second_factor",
    "meteor.accounts.admin.audit",
    "meteor.accounts.commands",
    "meteor.clients.admin",
    "meteor.clients.commands",
    "meteor.territory.views",
    "meteor.territory.admin.areas",
    "meteor.territory.admin.imports",
    "meteor.territory.admin.landmarks",
    "meteor.territory.admin.adjacent_authority",
    "meteor.territory.commands",
    "meteor.agencies.views",
    "meteor.agencies.admin.agencies",
    "meteor.agencies.admin.capabilities",
    "meteor.agencies.admin.members",
    "meteor.agencies.admin.units",
    "meteor.residents.views.register",
    "meteor.residents.views.resident",
    "meteor.residents.views.households",
    "meteor.residents.views.sign_ups",
    "meteor.residents.views.sign_up",
    "meteor.residents.views.claims",
    "meteor.residents.views.claimed",
    "meteor.residents.views.files",
    "meteor.residents.admin",
    "meteor.notices.views",
    "meteor.premises.admin.premises",
    "meteor.premises.admin.members",
    "meteor.premises.admin.pictures",
    "meteor.premises.admin.files",
    "meteor.premises.views.own",
    "meteor.premises.views.contacts",
    "meteor.premises.views.pictures",
    "meteor.protocols.admin.types",
    "meteor.protocols.admin.scripts",
    "meteor.protocols.commands",
    "meteor.incidents.views",
    "meteor.dispatch.views.queue",
    "meteor.dispatch.views.assignments",
    "meteor.dispatch.views.changes",
    "meteor.dispatch.views.closures",
    "meteor.dispatch.views.steps",
    "meteor.dispatch.views.tablet",
    "meteor.alerts.views.callers",
    "meteor.alerts.views.paper",
    "meteor.alerts.views.duplicates",
    "meteor.neighbourhood.views.leaders",
    "meteor.neighbourhood.views.volunteers",
    "meteor.panic.views.button",
    "meteor.panic.views.alert",
    "meteor.calls.views.console",
    "meteor.calls.views.call",
    "meteor.calls.views.actions",
    "meteor.calls.views.lists",
    "meteor.calls.api",
    "meteor.sas.admin.panels",
    "meteor.sas.admin.zones",
    "meteor.sas.admin.panel_status",
    "meteor.sas.views.tests",
    "meteor.sas.views.panels",
    "meteor.sas.views.card",
    "meteor.sas.views.monitor",
    "meteor.sas.views.button",
    "meteor.sas.views.alarm",
    "meteor.sas.views.second_sign",
    "meteor.sas.commands",
    "meteor.integrations.api",
    "meteor.integrations.admin",
    "meteor.scheduler.views",
    "meteor.scheduler.commands",
    "meteor.training.commands",
    "meteor.demo.commands",
)
"""Modules with a `blueprint`, by package, from the lowest layer up."""

JOB_PACKAGES = (
    "store",
    "accounts",
    "agencies",
    "residents",
    "notices",
    "incidents",
    "dispatch",
    "alerts",
    "neighbourhood",
    "calls",
    "sas",
    "integrations",
    "scheduler",
)
"""Packages with a `jobs.py`: JOBS for the scheduler, and HANDLERS for their topics of the outbox.

PUSHES are handlers of pushes to devices, PARTNERS those that wait for a partner's server.
"""

POLLED: tuple[str, ...] = ("dispatch.rows", "dispatch.offers")
"""Endpoints whose version is the newest event's id."""

HOMES = (
    ("officer", "dispatch.queue"),
    ("call_taker", "calls.console"),
    ("dispatcher", "dispatch.queue"),
    ("supervisor", "dispatch.queue"),
    ("chief", "dispatch.queue"),
    ("admin", "accounts_admin.users"),
    ("rt_leader", "residents.index"),
    ("business", "sas.button"),
)
"""Where a user's work begins, by the first role that fits; everybody else begins at the button."""

NAVIGATION = (
    (_l("112 calls"), "calls.console", ("call_taker", "dispatcher", "supervisor")),
    (_l("Alarms"), "monitor.page", ("call_taker", "dispatcher", "supervisor", "chief")),
    (_l("Incidents"), "dispatch.queue", ("officer", "call_taker", "dispatcher", "supervisor", "chief")),
    (_l("My unit"), "agencies.unit", ("officer",)),
    (_l("Emergency button"), "panic.button", ("citizen", "rt_leader")),
    (_l("My alerts"), "own_alerts.index", ("citizen", "rt_leader")),
    (_l("Alerts in my RT"), "neighbourhood.open_alerts", ("rt_leader",)),
    (_l("Residents"), "residents.index", ("rt_leader",)),
    (_l("Where I live"), "sign_up.residence", ("citizen",)),
    (_l("Help near my home"), "volunteers.near_home", ("citizen",)),
    (_l("Silent button"), "sas.button", ("business",)),
    (_l("Test"), "sas.test", ("business",)),
    (_l("My premises"), "premises.index", ("business",)),
    (_l("Users"), "accounts_admin.users", ("admin",)),
    (_l("RT leaders"), "leaders_admin.leaders", ("admin",)),
    (_l("Agencies"), "agencies_admin.agencies", ("admin",)),
    (_l("Units"), "units_admin.units", ("admin",)),
    (_l("Premises"), "premises_admin.index", ("admin",)),
    (_l("Incident types"), "protocols_admin.incident_types", ("admin",)),
    (_l("Areas"), "areas_admin.kelurahan_list", ("admin",)),
    (_l("Clients of the API"), "clients_admin.clients", ("admin",)),
    (_l("Audit log"), "audit.log", ("admin",)),
)
"""The header's entries: label, endpoint, roles."""

migrate = Migrate(compare_type=True, render_as_batch=True, directory=str(PROJECT / "migrations"))
csrf = CSRFProtect()
login = LoginManager()
login.session_protection = None  # "basic" writes the cookie at each other address, and can bring an ended key back
login.user_loader(user_of_session)


def configure_process(settings: Settings) -> None:
    """Set what one process has once: keys, and what its outgoing messages and its disk watch need."""
    secrets.configure(settings.data_key, settings.index_key, settings.old_data_keys, settings.old_index_keys)
    outgoing.configure(settings.webhook_hosts)
    gateway.configure(settings.gateway)
    disk.configure(settings.var)
    vapid.configure(settings.push_key, settings.push_contact)


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
        SESSION_COOKIE_NAME="meteor",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over a night shift must still be taken; it ends with the session
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        HOMES=HOMES,
        NAVIGATION=NAVIGATION,
    )
    app.session_interface = SessionCookie()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.production:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare()
    migrate.init_app(app, db)
    logs.init_app(app)
    access.init_app(app)
    for part in (csrf, login, Htmx(), texts, limiter, errors, language, headers, assets, navigation):
        part.init_app(app)
    api.init_app(app, authenticate, note_use)
    for package in MODEL_PACKAGES:
        import_module(f"meteor.{package}.models")
    for module in BLUEPRINTS:
        app.register_blueprint(import_module(module).blueprint)
    api.exempt(app, csrf)
    access.refuse_unnamed_routes(app)
    app.config["JOBS"] = _jobs(app)
    return app


def served(settings: Settings | None = None) -> Flask:
    """METEOR as gunicorn serves it, with the cache for polls in front of Flask. Raises as create_app does."""
    app = create_app(settings)
    addresses = {str(app.url_map.bind("").build(endpoint)): access.allowed_roles(app, endpoint) for endpoint in POLLED}
    staff = frozenset().union(*addresses.values())
    _say_which_old_keys_are_needed(app)
    admitted = partial(readers, staff, with_second_factor=app.config["SETTINGS"].production)
    cache = PollCache(app, addresses, timeline.version, admitted, partial(use.note_poll, app))
    app.wsgi_app = cache  # type: ignore[method-assign]
    return app


def _say_which_old_keys_are_needed(app: Flask) -> None:
    """In the log. A database that is away, or not yet there, does not stop the start."""
    with app.app_context(), suppress(SQLAlchemyError):
        if advice := rotation.advice():
            app.logger.warning(advice)
    with app.app_context():
        hang_up()  # gunicorn forks afterwards, and no two processes may share a connection


def _jobs(app: Flask) -> list[Job]:
    """The scheduler's jobs: those of all packages, and delivery of the outbox."""
    packages = [import_module(f"meteor.{package}.jobs") for package in JOB_PACKAGES]
    handlers, pushes, partners = (
        {topic: handler for package in packages for topic, handler in getattr(package, name, {}).items()}
        for name in ("HANDLERS", "PUSHES", "PARTNERS")
    )
    return [
        Job("outbox.delivery", 0.5, partial(deliver, handlers, elsewhere=pushes.keys() | partners.keys())),
        Job("outbox.push", 0.5, partial(deliver_pushes, pushes)),
        Job("outbox.partners", 0.5, DestinationQueues(partners, app.app_context).run),
        corrections.JOB,
        *(job for package in packages for job in package.JOBS),
    ]


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
