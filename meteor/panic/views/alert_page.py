"""The content of an alert's page, for its reporter."""

from typing import Any
from uuid import UUID

from flask import abort, render_template
from flask_login import current_user

from meteor.accounts import gateway
from meteor.agencies.labels import KINDS as KINDS_OF_UNITS
from meteor.alerts import followup
from meteor.alerts import labels as alert_labels
from meteor.alerts import rules as alerts
from meteor.alerts.models import Alert
from meteor.panic import contacts, forms, labels, rules
from meteor.panic.advice import ADVICE
from meteor.panic.sketch import sketch
from meteor.panic.views.following import link_to
from meteor.store.moments import now
from meteor.territory.labels import distance
from meteor.territory.rules import is_coarse


def own_or_404(alert_id: UUID) -> Alert:
    """The user's own alert. An alarm of premises has a page of its own."""
    own = alerts.find(current_user, alert_id)
    return own if own is not None and own.source != "sas" else abort(404)


def page(own: Alert, **filled: Any) -> str:
    blank = {"note_form": forms.NoteForm(), "rating_form": forms.RatingForm()}
    return render_template(
        "panic/alert.html", kinds=alert_labels.KINDS, stars=forms.STARS, **shown(own), **_people(own),
        **{**blank, **filled},
    )  # fmt: skip


def _people(own: Alert) -> dict[str, Any]:
    """Template values of the part that tells the reporter's people; none for an alert that nobody follows.

    Nobody but the command centre and crews hears of an officer in danger.
    """
    if own.unit_id is not None or own.drill or not own.incident.is_open:
        return {}
    link = link_to(own)
    return {
        "link": link,
        "contacts": contacts.of(current_user),
        "share": contacts.share_of(own),
        "text_for_contacts": contacts.text_for(own, link),
        "gateway": gateway.connected(),
    }


def shown(own: Alert) -> dict[str, Any]:
    """Template values of the status, the same for page and poll."""
    progress = rules.alert_progress(own, now())
    incident, waits = own.incident, progress.stage in ("received", "accepted", "coming") and not progress.cancelled
    hushed = incident.silent or incident.confidential
    there = followup.is_own(own) and progress.away is None
    flags = dict.fromkeys([*own.flags, *progress.known.flags])
    return {
        "alert": own,
        "progress": progress,
        "rating": rules.rating_of(own),
        "may_rate": rules.may_rate(own),
        "kind": alert_labels.kind,
        "doubts": [labels.DOUBTS[flag] for flag in flags if flag in labels.DOUBTS],
        "labels": labels,
        "units": KINDS_OF_UNITS,
        "distance": distance,
        "rough": progress.known.place_source == "device" and is_coarse(progress.known.accuracy),
        "sketch": sketch(incident, progress.responders) if waits and there and not hushed else None,
        "advice": ADVICE.get(incident.type.kind or "other", ()) if waits and not hushed else (),
    }
