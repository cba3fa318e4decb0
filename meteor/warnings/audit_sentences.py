"""Sentences of the audit log about warnings."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "warning_feed_added": _l("%(who)s added the feed of warnings %(whom)s."),
    "warning_feed_changed": _l("%(who)s changed the feed of warnings %(whom)s: %(what)s."),
    "warning_feed_removed": _l("%(who)s removed the feed of warnings %(whom)s."),
    "warning_drafted": _l("%(who)s drafted the warning “%(headline)s”."),
    "warning_draft_changed": _l("%(who)s changed the draft of the warning “%(headline)s”."),
    "warning_published": _l("%(who)s approved the warning %(identifier)s by %(author)s; it is published."),
    "warning_refused": _l("%(who)s refused the draft %(whom)s of a warning: %(reason)s"),
    "warning_withdrawn": _l("%(who)s withdrew the own draft %(whom)s of a warning: %(reason)s"),
    "warning_published_at_once": _l("%(who)s published the warning %(identifier)s without approval: %(reason)s"),
    "warning_confirmed": _l("%(who)s reviewed the draft %(whom)s, which was published at once, and confirmed it."),
    "warning_template_named": _l("%(who)s named the draft %(whom)s as the template “%(name)s”."),
    "warning_template_removed": _l("%(who)s removed the template “%(name)s”."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
