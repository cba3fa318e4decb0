"""Known facts about a call: the caller, the place, and incidents that it may be about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meteor import geo
from meteor.alerts.duplicate_score import Evidence, Reason
from meteor.alerts.duplicates import Candidate, NewReport, candidates
from meteor.calls import call_details, drafts, rules
from meteor.calls.call_details import CallDetails
from meteor.calls.caller import Caller, caller
from meteor.calls.models import Call
from meteor.calls.workplaces import Workplace, of_number
from meteor.incidents.places import Place, columns_of
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory.adjacent_authority import adjacent_authority
from meteor.territory.models import AdjacentAuthority, Kelurahan

FAR = 1_000.0
"""Metres between place and phone, beyond the accuracy of both, that need a question.

The city has 29 kelurahan on 56.7 km²: one is 1.4 km across. Further away is another neighbourhood.
"""


@dataclass(frozen=True)
class Known:
    """`phone` is in E.164, if the number is one; `who` calls from it, and `workplaces` are the premises it belongs to.

    `place` is where help would be sent, `around` and `kelurahan` say where that is (see territory.rules.surroundings);
    `adjacent` is the authority for places `outside` the city. `far` is the distance to the caller's phone in metres,
    if the place lies suspiciously far from it (see far_from_phone). `alike` are open incidents that the call may be
    about: the likely ones, then those of the same number, then others. `version` changes whenever any of this does.
    """

    phone: str | None
    who: Caller | None
    workplaces: Sequence[Workplace]
    place: Place | None
    around: Mapping[str, Any]
    kelurahan: Kelurahan | None
    kelurahan_exact: bool
    outside: bool
    adjacent: AdjacentAuthority | None
    far: float | None
    alike: Sequence[Candidate]
    version: str


def known(call: Call, at: datetime) -> Known:
    """Known facts about a call, by its present draft."""
    said = call_details.read(drafts.shown(call))
    phone = rules.phone_of(said.phone)
    who = caller(phone, call, at) if phone else None
    workplaces = of_number(phone) if phone else []
    columns = columns_of(said.place) if said.place else {}
    kelurahan = db.session.get(Kelurahan, columns["kelurahan_id"]) if columns.get("kelurahan_id") else None
    alike = _alike(call, said, who, phone, columns, at)
    outside = "outside_city" in columns.get("flags", ())
    return Known(
        phone, who, workplaces, said.place, columns.get("place", {}), kelurahan, bool(columns.get("kelurahan_exact")),
        outside, adjacent_authority() if outside else None, far_from_phone(call, said.place), alike,
        _version(call, said, who, phone, workplaces, alike),
    )  # fmt: skip


def far_from_phone(call: Call, place: Place | None) -> float | None:
    """Metres from the phone's position to the place, if more than FAR beyond the accuracy of both, else None.

    A reason to ask, not to refuse: a caller may report an emergency elsewhere.
    """
    if place is None or place.latitude is None or place.longitude is None:
        return None
    if call.latitude is None or call.longitude is None:
        return None
    apart = geo.metres((call.latitude, call.longitude), (place.latitude, place.longitude))
    return apart if apart > (call.radius or 0.0) + (place.accuracy or 0.0) + FAR else None


def _alike(
    call: Call, said: CallDetails, who: Caller | None, phone: str | None, columns: Mapping[str, Any], at: datetime
) -> list[Candidate]:
    resident = who.resident if who else None
    new = NewReport(
        at,
        type_id=said.type.id if said.type else None,
        latitude=columns.get("latitude"),
        longitude=columns.get("longitude"),
        radius=columns.get("accuracy"),
        rt_id=columns.get("rt_id"),
        phone=phone,
        household_id=resident.household_id if resident else None,
    )
    own = call.alert.incident_id if call.alert else None
    found = [each for each in candidates(new) if each.incident.id != own]
    theirs = [incident for incident in who.open if incident.id != own] if who else []
    known = {each.incident for each in found}
    found += [Candidate(incident, 0.0, (Reason(Evidence.PHONE),)) for incident in theirs if incident not in known]
    return sorted(found, key=lambda each: (not each.likely, each.incident not in theirs))


def _version(
    call: Call, said: CallDetails, who: Caller | None, phone: str | None, workplaces: Sequence[Workplace],
    alike: Sequence[Candidate],
) -> str:  # fmt: skip
    people = who and [who.name, who.calls, who.pranks, who.flag and who.flag.id, [each.status for each in who.open]]
    incidents = [each.number for each in (*who.open, *who.of_home)] if who else []
    return version_of({
        "who": [phone, people, incidents],
        "workplaces": [
            (at.premises.name, at.premises.address, at.premises.hazards, [(it.number, it.status) for it in at.open])
            for at in workplaces
        ],
        "place": said.place,
        "alike": [(each.incident.number, each.incident.status, round(each.score, 1)) for each in alike],
        "call": (
            call.status, call.answered_at, call.taken_by_id, call.alert_id, call.offered_to_id, call.classified_as,
        ),
    })  # fmt: skip
