"""Each form that is done once (`@idempotent_form`), as somebody sends it, by the endpoint of its view."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.board import watch
from meteor.calls import sending
from meteor.dispatch import rules as dispatch
from meteor.hazards import handling
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import enough, prank, taken, typed
from tests.cast import Cast
from tests.hazards.scenes import hazard
from tests.premises.places import shop
from tests.protocols.test_scripts_admin import BREATHING
from tests.rosters.plans import agency
from tests.sas import scenes as sas
from tests.scenes import on_duty, open_assignment, report
from tests.warnings import drafting

Sent = tuple[str, str, dict[str, Any]]
"""Who sends what where."""

NOTE = {"note": "Pagar belakang terkunci"}
POINT = {"latitude": "-7.75", "longitude": "113.215"}


def of_incident(cast: Cast, what: str, *, closed: bool = False, **fields: Any) -> Sent:
    """Sari has pressed the button, and Agus on TRAIL-01 has been offered the job."""
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    if closed:
        dispatch.close(incident, "helped", "", now(), cast.komang)
    return "komang", f"/incidents/{incident.number}/{what}", fields


def of_type(cast: Cast) -> Sent:
    return of_incident(cast, "type", type=cast.incident_type("fire").id, priority="0", reason="Ada api")


def more_units(cast: Cast) -> Sent:
    report(cast, "wahyu", "fire")
    on_duty(cast, "bayu", "TRAIL-02")
    return of_incident(cast, "assignments", unit=cast.unit("TRAIL-02").id, reason="Pelaku lebih dari satu")


def of_assignment(cast: Cast, what: str, **fields: Any) -> Sent:
    of_incident(cast, "")
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    return "komang", f"/assignments/{open_assignment('TRAIL-01').id}/{what}", fields


def another_unit(cast: Cast) -> Sent:
    sent = of_assignment(cast, "reassignment", unit=cast.unit("TRAIL-02").id, reason="Lebih dekat")
    on_duty(cast, "bayu", "TRAIL-02")
    return sent


def of_traffic(_cast: Cast, what: str, **fields: Any) -> Sent:
    return "komang", f"/traffic/{what}", fields


def note_of_a_citizen(cast: Cast) -> Sent:
    report(cast, "wahyu")
    return "wahyu", f"/alerts/{db.session.scalars(select(Alert.id)).one()}/notes", NOTE


def note_of_a_clerk(cast: Cast) -> Sent:
    sas.alarm_types(cast)
    event = sas.says(sas.panel_of(sas.shop(cast)), "HA", now(), "001")
    return "toko", f"/sas/alarms/{event.id}/notes", NOTE


def contact(_cast: Cast) -> Sent:
    return "sari", "/contacts", {"name": "Joko Wulandari", "phone": "0812 3456 7890"}


def contact_of_premises(_cast: Cast) -> Sent:
    fields = {"name": "Pak Joko", "phone": "0813 4500 0002", "position": "2"}
    return "toko", f"/premises/{shop().id}/contacts/new", fields


def question_of_a_script(cast: Cast) -> Sent:
    return "tuti", f"/admin/incident-types/{cast.incident_type('fire').id}/script/questions/new", BREATHING


def minimum(_cast: Cast) -> Sent:
    times = {"starts": "07:00", "ends": "15:00", "days": "every"}
    return "hadi", "/rosters/strength/new", times | {"kecamatan_id": "0", "officers": "2", "agency_id": agency().id}


def draft(_cast: Cast) -> Sent:
    return "bagas", "/warnings/drafts/new?hazard=flood", drafting.typed()


def template_of_drafts(cast: Cast) -> Sent:
    return "bagas", f"/warnings/drafts/{drafting.drafted(cast.bagas).id}/template", {"template": "Legundi meluap"}


def of_call(cast: Cast, what: str, **fields: Any) -> Sent:
    """Help has been sent for Maya's second call, about the same as the first."""
    first, second = taken(cast), taken(cast)
    for call in (first, second):
        typed(cast, call, **enough(cast))
    sending.open_incident(first, now(), cast.maya)
    sending.join(second, db.session.scalars(select(Incident)).one(), now(), cast.maya)
    return "maya", f"/calls/{second.id}/{what}", {"version": "1"} | fields


def what_a_call_was(cast: Cast) -> Sent:
    return "maya", f"/calls/{taken(cast).id}/classification", {"version": "0", "class": "prank", "reason": "tertawa"}


def what_a_call_was_really(cast: Cast) -> Sent:
    return "hadi", f"/calls/{prank(cast).id}/reclassification", {"version": "0", "class": "ghost", "reason": "sunyi"}


def blocked_number(_cast: Cast) -> Sent:
    return "hadi", "/calls/numbers", {"phone": "081234567890", "days": "7", "reason": "200 panggilan semalam"}


def of_hazard(cast: Cast, decision: str, status: str = "received", **fields: str) -> Sent:
    return "bagas", f"/hazards/desk/{hazard(cast, status=status).number}/{decision}", fields


def joined_hazard(cast: Cast) -> Sent:
    return of_hazard(cast, "joining", **{"with": hazard(cast, "wahyu", minutes=10).number})


def separated_hazard(cast: Cast) -> Sent:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    return "bagas", f"/hazards/desk/{part.number}/separation", {}


def hand_over(cast: Cast) -> Sent:
    watch.take(cast.komang, now())
    return "komang", "/board/handovers", {"to": cast.hadi.id, "note": "Aman"}


def of_hand_over(cast: Cast, what: str, who: str = "hadi") -> Sent:
    """Komang has handed the watch over to Hadi, who has not answered yet."""
    watch.take(cast.komang, now())
    given = watch.hand_over(cast.komang, cast.hadi, "Aman", now(), named=lambda *_words: "")
    return who, f"/board/handovers/{given.id}/{what}", {f"refusal-{given.id}-reason": "Sakit"}


SENT: dict[str, Callable[[Cast], Sent]] = {
    "board.handing_over": hand_over,
    "board.handover_acceptance": partial(of_hand_over, what="acceptance"),
    "board.handover_refusal": partial(of_hand_over, what="refusal"),
    "board.handover_withdrawal": partial(of_hand_over, what="withdrawal", who="komang"),
    "calls.addition": partial(of_call, what="additions", more="lantai dua"),
    "calls.block": blocked_number,
    "calls.classification": what_a_call_was,
    "calls.reclassification": what_a_call_was_really,
    "calls.separation": partial(of_call, what="separation"),
    "dispatch.assignment": more_units,
    "dispatch.change_type": of_type,
    "dispatch.choose_staging": partial(of_incident, what="staging", **POINT),
    "dispatch.closure": partial(of_incident, what="closure", outcome="helped"),
    "dispatch.correct_place": partial(of_incident, what="place", **POINT),
    "dispatch.reassignment": another_unit,
    "dispatch.reopening": partial(of_incident, what="reopening", closed=True, reason="Kembali"),
    "dispatch.withdrawal": partial(of_assignment, what="withdrawal", reason="Ban kempes"),
    "hazards.incident": partial(of_hazard, decision="incident", priority=""),
    "hazards.joining": joined_hazard,
    "hazards.question": partial(of_hazard, decision="question", question="Setinggi apa airnya?"),
    "hazards.rejection": partial(of_hazard, decision="rejection", reason="Sudah kering"),
    "hazards.resolution": partial(of_hazard, decision="resolution", status="verified", words=""),
    "hazards.separation": separated_hazard,
    "hazards.verification": partial(of_hazard, decision="verification"),
    "incidents.note": partial(of_incident, what="notes", **NOTE),
    "panic.note": note_of_a_citizen,
    "panic.own_contacts": contact,
    "premises.new_contact": contact_of_premises,
    "protocols.new_part": question_of_a_script,
    "rosters.new_minimum": minimum,
    "sas.note": note_of_a_clerk,
    "traffic.choose_area": partial(of_traffic, what="staging-areas", name="Parkir GOR", **POINT),
    "traffic.close_road": partial(of_traffic, what="closures", street="Jl. Suroyo", reason="Pohon tumbang"),
    "warnings.draft_new": draft,
    "warnings.draft_template": template_of_drafts,
}
