"""Warnings of BMKG and of the disaster agency: for which kelurahan, until when, and what to do."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from meteor.accounts.labels import SYSTEM
from meteor.warnings.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(
            _l("Warnings of BPBD"), "warnings.draft_list", ("dispatcher", "hazard_officer", "supervisor"), order=45
        ),
        NavigationEntry(
            _l("Feeds of warnings"), "warnings.feeds", ("admin",), order=225, group=SYSTEM, in_header=False
        ),
    ],
    notices={
        "warning_extreme": _l("%(level)s: %(what)s in your kelurahan until %(until)s. Read what to do."),
        "warning_extreme_rt": _l("%(level)s: %(what)s in your RT until %(until)s. Read what to do."),
        "warning_draft_urgent": _l("Urgent: a warning waits for your approval. Read it and decide now."),
        "warning_refused_published": _l("A warning whose draft you refused was published at once. Review it now."),
        "warning_review": _l("A warning was published at once, without approval. Review it now."),
    },
    quiet_notices={
        "warning": _l("%(level)s: %(what)s in your kelurahan until %(until)s. Read what to do."),
        "warning_rt": _l("%(level)s: %(what)s in your RT until %(until)s. Read what to do."),
        "warning_over": _l("This warning does not hold any more where you live: %(what)s."),
        "warning_draft": _l("A warning waits for your approval. Read it and decide."),
    },
    push_lives=dict.fromkeys(
        ("warning", "warning_rt", "warning_extreme", "warning_extreme_rt", "warning_over"), timedelta(hours=1)
    ),
    audit_actions={
        "warning_feed_added": _l("Feed of warnings added"),
        "warning_feed_changed": _l("Feed of warnings changed"),
        "warning_feed_removed": _l("Feed of warnings removed"),
        "warning_drafted": _l("Warning drafted"),
        "warning_draft_changed": _l("Draft of a warning changed"),
        "warning_published": _l("Warning published"),
        "warning_refused": _l("Draft of a warning refused"),
        "warning_withdrawn": _l("Draft of a warning withdrawn by its author"),
        "warning_published_at_once": _l("Warning published without approval"),
        "warning_confirmed": _l("Warning confirmed afterwards"),
        "warning_template_named": _l("Draft of a warning named as template"),
        "warning_template_removed": _l("Template of a warning removed"),
    },
    audit_sentences=SENTENCES,
    audit_names={"warning_feeds": "name"},
    audit_pages={"warning_feeds": "/admin/warning-feeds/"},
)
