"""A word from premises that an alarm was a mistake, or that they are safe: it stops nothing before it is verified."""

from datetime import datetime

from meteor.accounts import passwords
from meteor.accounts.models import User
from meteor.alerts.cancelling import alarm_forced
from meteor.alerts.models import Alert
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.notices import rules as notices
from meteor.premises.models import Premises
from meteor.sas.models import PremisesCancellation
from meteor.store.database import db, only_reading

REASONS = ("safe", "mistake")


def needs_code(user: User, premises: Premises | None) -> bool:
    """Return whether cancelling asks `user` for a code: a PIN or a pass phrase is set."""
    return user.pin_hash is not None or bool(_phrases(premises))


def cancel(alert: Alert, reason: str, code: str, at: datetime, actor: User) -> None:
    """Record one of REASONS for an alarm. The incident goes on, and the dispatchers are asked to verify it.

    A wrong `code`, where one is set, may mean that the actor is forced: the answer is the same, and the dispatchers are
    alarmed. What was not committed before is lost. Raises ValueError for another reason, incidents.AlreadyClosed.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    with only_reading():  # hashes: not while others wait to write
        asked = needs_code(actor, alert.premises)
        forced = asked and not _fits(code, actor, alert.premises)
    db.session.refresh(alert)
    incident = alert.incident
    if incident.status == "closed":
        raise incidents.AlreadyClosed(incident.number)
    said = {"reason": reason, "forced": forced, "verified": asked and not forced}
    db.session.add(PremisesCancellation(alert_id=alert.id, said_at=at, said_by_id=actor.id, **said))
    timeline.record(incident.id, "alarm_cancelled", at, actor, **said)
    if forced:
        alarm_forced(alert, at)
        return
    notices.tell(
        f"unverified:{alert.id}:{at.isoformat()}", "unverified", f"/incidents/{incident.number}", role="dispatcher",
        number=incident.number, premises=alert.premises.name if alert.premises else "–",
    )  # fmt: skip


def _fits(code: str, user: User, premises: Premises | None) -> bool:
    said = _spoken(code)
    if said and said in _phrases(premises):
        return True
    return user.pin_hash is not None and passwords.matches(user.pin_hash, code)


def _phrases(premises: Premises | None) -> set[str]:
    contacts = premises.contacts if premises else ()
    return {_spoken(contact.pass_phrase) for contact in contacts if contact.pass_phrase}


def _spoken(text: str) -> str:
    """A phrase as it is heard: without capitals and surplus spaces."""
    return " ".join(text.casefold().split())
