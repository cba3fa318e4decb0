"""Jinja's templates: macros that are imported once, and fragments that refer to their page's icons."""

from typing import cast

from flask import Flask, current_app
from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup


class _Template(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """The macros, made once: Jinja compares globals at each import, and no template of ours has its own."""
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    """Let all templates of `app` be of this kind."""
    app.jinja_env.template_class = _Template


def with_sprite(name: str) -> Template:
    """A template with references to the icons of its page's `sprite()` (parts/icons.html) in place of their drawings.

    For what is polled and has hundreds of icons: the drawings would be half of it.
    """
    known = current_app.extensions
    if "sprite" not in known:
        known["sprite"] = _referring(current_app.jinja_env)
    found: Template = known["sprite"].get_template(name)
    return found


def _referring(environment: Environment) -> Environment:
    """An environment whose icons refer to those of the page."""
    sprite = environment.overlay()
    names = cast("dict[str, Markup]", sprite.globals["icons"])
    uses = {icon: Markup('<use href="#icon-{}"/>').format(icon) for icon in names}
    sprite.globals = sprite.globals | {"icons": uses}
    return sprite
