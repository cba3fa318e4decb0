"""A package as Flask sees it: one blueprint, and what the package contributes to the application."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from flask import Blueprint, Flask
from flask.sansio.app import App
from jinja2.filters import FILTERS as OF_JINJA

from meteor.config import Settings

KINDS = frozenset({"models", "views", "admin", "api", "commands", "jobs"})
"""Modules that are loaded at registration: routes and commands attach to the package's blueprint by themselves."""

OUTBOX = ("HANDLERS", "PUSHES", "PARTNERS")
"""Handlers in `jobs.py`, by topic of the outbox; PUSHES go to devices, PARTNERS wait for a partner's server."""


class NavigationEntry(NamedTuple):
    """A page that others lead to: its label (lazily translated), endpoint, roles, and place among the others.

    It stands in the header unless `in_header` is false. A `group` is the heading of pages of the same noun: with one it
    stands on the administrator's home page, and in the breadcrumbs of all pages whose addresses lie below its own.
    """

    label: str
    endpoint: str
    roles: tuple[str, ...]
    order: int
    group: str = ""
    in_header: bool = True


class Package(Blueprint):
    """The blueprint of a package, made in its `__init__.py`.

    `navigation` are the pages that others lead to, `homes` the endpoints where work begins, by role. `configure` sets
    what a process has once; `serve` is called for an application that gunicorn will serve. JOBS and handlers of the
    outbox are those of the package's `jobs.py`. Everything else is for lower packages (see store.contributions), by
    code: `event_types` of the timeline, `notices` and `quiet_notices`, which of them stand first (`first_notices`),
    the priority of what they are about (`notice_priorities`) and how it is named (`notice_subjects`), which staff has
    on the phone alone (`home_notices`), how long they are pushed (`push_lives`), when phones are `hushed`, whether an
    officer is `in_danger`, which alerts were cancelled with a wrong code (`forced_alerts`), versions of what else
    stands in the banner of warnings (`banner_versions`), sentences beside an incident's place (`place_notes`), and of
    the audit log `audit_actions`, `audit_sentences`, `audit_values`, `audit_fields`, `audit_names` and `audit_pages`.
    """

    _filters: ClassVar[dict[str, Callable[..., Any]]] = {}

    def __init__(
        self,
        import_name: str,
        *,
        navigation: Iterable[NavigationEntry] = (),
        homes: Mapping[str, str] | None = None,
        configure: Callable[[Settings], None] = lambda settings: None,
        serve: Callable[[Flask], None] = lambda app: None,
        **contributions: Mapping[str, Any],
    ) -> None:
        from meteor.store.contributions import contributed  # here, since meteor.store is a package too

        super().__init__(import_name.rpartition(".")[2], import_name, cli_group=None)
        self.navigation = tuple(navigation)
        self.homes = dict(homes or {})
        self.configure = configure
        self.serve = serve
        self.contributions = contributions
        for name, labels in contributions.items():
            contributed[name].update(labels)

    def add_app_template_filter(self, f: Callable[..., Any], name: str | None = None) -> None:
        """Give all templates a filter. Raises ValueError for the name of another one, which it would replace.

        Jinja's own and those of every page (`web.language`) are others too.
        """
        from meteor.web.language import FILTERS  # here, since it imports meteor.store too

        name = name or f.__name__
        shared = {*OF_JINJA, *(each.__name__ for each in FILTERS)}
        if name in shared or self._filters.setdefault(name, f) is not f:
            raise ValueError(name)
        super().add_app_template_filter(f, name)

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Load the package's modules, and add what they and the package contribute to `app`."""
        jobs = self._load().get(f"{self.import_name}.jobs")
        super().register(app, options)
        config = app.config
        entries = (*config.get("NAVIGATION", ()), *self.navigation)
        config["NAVIGATION"] = sorted(entries, key=lambda entry: entry.order)
        config["HOMES"] = config.get("HOMES", {}) | self.homes
        config["JOBS"] = [*config.get("JOBS", ()), *getattr(jobs, "JOBS", ())]
        for kind in OUTBOX:
            config[kind] = config.get(kind, {}) | getattr(jobs, kind, {})

    def _load(self) -> dict[str, ModuleType]:
        """The modules of KINDS, by name."""
        package = import_module(self.import_name)
        below = (module.name for module in walk_packages(package.__path__, f"{self.import_name}."))
        return {name: import_module(name) for name in below if name.split(".")[2] in KINDS}
