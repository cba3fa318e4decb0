"""Makes a warning and its CAP message of an approved draft."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from meteor.store.database import db
from meteor.store.moments import WIB, midnight
from meteor.warnings import cap_xml, reading
from meteor.warnings.draft_areas import areas
from meteor.warnings.draft_where import Where, where
from meteor.warnings.hazard_texts import HAZARDS, SENDER_NAME
from meteor.warnings.models import HazardWarning, WarnedKelurahan, WarnedRt, WarningDraft


@dataclass(frozen=True)
class Publisher:
    """The sender of our messages: its name in CAP, the site's address without a slash at its end, PEM of its key."""

    sender: str
    site: str
    key: bytes | None = field(default=None, repr=False)
    certificate: bytes | None = None


class NoPlace(Exception):
    """No place of the draft is left: its RT were removed, or its area has no known home."""


def publish(draft: WarningDraft, publisher: Publisher, at: datetime) -> HazardWarning:
    """Store the warning that a draft describes, with its message as it is served from then on.

    Those whom it touches are told by a job, which looks for warnings without `told_at`. Raises NoPlace.
    """
    sent = at.replace(microsecond=0)  # CAP's times have none, and `references` must find the row
    place = where(draft)
    if not place.kelurahan and draft.message_type != "Cancel":
        raise NoPlace
    warning = HazardWarning(
        identifier=_identifier(sent), sender=publisher.sender, sent=sent, status="Actual",
        message_type=draft.message_type, urgency=draft.urgency, severity=draft.severity, certainty=draft.certainty,
        onset=draft.onset, expires=draft.expires, texts=_texts(draft), areas=areas(draft, place),
        parameters={"category": draft.category, "hazard": draft.hazard}, received_at=at,
    )  # fmt: skip
    _touch(warning, place, draft.about if draft.message_type == "Cancel" else None)
    db.session.add(warning)
    db.session.flush()
    earlier = [*reading.earlier(draft.about), draft.about] if draft.about else []
    message = cap_xml.message(warning, f"{publisher.site}/warnings/{warning.id}", earlier)
    if publisher.key and publisher.certificate:
        from meteor.warnings import cap_signature

        message = cap_signature.signed(message, publisher.key, publisher.certificate)
    warning.xml = message.decode()
    return warning


def _touch(warning: HazardWarning, place: Where, called_off: HazardWarning | None) -> None:
    """Store whom a warning touches. An all-clear is for exactly those whom its warning touched."""
    if called_off:
        warning.areas = called_off.areas
        warning.touched = [
            WarnedKelurahan(kelurahan_id=it.kelurahan_id, exact=it.exact, whole=it.whole) for it in called_off.touched
        ]
        warning.touched_rts = [WarnedRt(rt_id=it.rt_id) for it in called_off.touched_rts]
        return
    whole = {each.id for each in place.whole}
    warning.touched = [
        WarnedKelurahan(kelurahan=each, exact=each.id not in whole or bool(each.boundary), whole=each.id in whole)
        for each in place.kelurahan
    ]
    warning.touched_rts = [WarnedRt(rt=rt) for rt in place.rts]


def _identifier(sent: datetime) -> str:
    """A name that no message had before: the day in WIB, and a number in it."""
    beginning = f"METEOR-BPBD-{sent.astimezone(WIB):%Y%m%d}-"
    ours = HazardWarning.sent >= midnight(sent.astimezone(WIB).date()), HazardWarning.identifier.startswith(beginning)
    number = (db.session.scalar(select(func.count()).select_from(HazardWarning).where(*ours)) or 0) + 1
    return f"{beginning}{number:03}"


def _texts(draft: WarningDraft) -> dict[str, dict[str, str]]:
    hazard: Any = HAZARDS[draft.hazard]
    return {
        language: {"event": getattr(hazard, f"name_{language}"), **texts, "sender_name": SENDER_NAME}
        for language, texts in draft.texts.items()
    }
