"""The administrator's pages about the feeds that warnings come from."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import blueprint, rules
from meteor.warnings.feed_models import WarningFeed
from meteor.warnings.forms import KINDS, FeedForm
from meteor.warnings.problems import in_words
from meteor.warnings.suggestions import SUGGESTIONS
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready
from meteor.web.lists import listing


@blueprint.get("/admin/warning-feeds")
@open_to("admin")
def feeds() -> str:
    page = listing(
        select(WarningFeed), sorts={"name": WarningFeed.name, "succeeded": WarningFeed.succeeded_at},
        search=(WarningFeed.name, WarningFeed.url),
    )  # fmt: skip
    there = set(db.session.scalars(select(WarningFeed.url)))
    offered = {key: each for key, each in SUGGESTIONS.items() if each.url not in there}
    return render_template("warnings/admin/feeds.html", page=page, kinds=KINDS, in_words=in_words, offered=offered)


@blueprint.route("/admin/warning-feeds/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_feed() -> Answer:
    """A new feed; the query's `suggestion` fills the form in."""
    offered = SUGGESTIONS.get(request.args.get("suggestion", ""))
    return _edit(WarningFeed(active=True, **(offered._asdict() if offered else {"kind": "cap"})))


@blueprint.route("/admin/warning-feeds/<int:feed_id>", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def feed(feed_id: int) -> Answer:
    return _edit(get_or_404(WarningFeed, feed_id))


@blueprint.post("/admin/warning-feeds/<int:feed_id>/removal")
@open_to("admin")
@asks_password
def remove_feed(feed_id: int) -> Answer:
    known = get_or_404(WarningFeed, feed_id)
    audit.record_change(current_user, "warning_feed_removed", f"warning_feeds:{known.id}", _values(known), {})
    rules.take_down(known.id, now())
    db.session.delete(known)
    return done(_("%(name)s is removed.", name=known.name), url_for(".feeds"))


def _edit(known: WarningFeed) -> Answer:
    form = FeedForm(request.form, known)
    if ready(form, form.before):
        if known.url != form.url.data:
            known.etag = known.last_modified = ""  # the other server's
        if known.id and known.active and not form.active.data:
            rules.take_down(known.id, now())
        audit.save(known, "warning_feed", form.data, current_user)
        return done(_("%(name)s is saved.", name=known.name), url_for(".feeds"))
    return form_page("warnings/admin/feed.html", form, form.before, known=known, problem=in_words(known.problem or ""))


def _values(known: WarningFeed) -> dict[str, Any]:
    return {name: getattr(known, name) for name in ("name", "kind", "url", "active")}
