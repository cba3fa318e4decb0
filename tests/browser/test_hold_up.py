"""What the city was shown on 4 March 2023: a teller presses, a siren sounds, pawas and chief are told, the TRC goes."""

import pytest
from playwright.sync_api import expect

from meteor.accounts.models import User, UserRole
from meteor.agencies import rules as agencies
from meteor.agencies.models import Capability, Member, Unit, UnitCapability
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.premises.models import Contact, Premises, PremisesUser
from meteor.protocols.models import EscalationStep, IncidentType, PlanItem
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.cast import Cast
from tests.scenes import missing

BANK = "Bank Demo Alun-Alun"
MIDDLE = (-7.7430, 113.2155)
ENTRANCE = (-7.7428, 113.2155)  # on the square, in the north

# capability: (the role in Indonesian, how many units)
TRC = {
    "tactical": ("TRC Penindak", 2),
    "negotiation": ("TRC Negosiator", 1),
    "sniper": ("TRC Penembak jitu", 1),
    "identification": ("TRC Identifikasi", 1),
    "paramedic": ("TRC Medis", 1),
    "road_block": ("TRC Penutup jalan", 2),
}


@pytest.fixture
def guarded_bank(city: City) -> City:
    """A bank with its teller; eight TRC units for six roles, each with an officer; pawas after 2 s, chief after 4 s."""
    with city.database() as cast:
        bank = Premises(
            name=BANK, kind="bank", address="Jl. Suroyo 1", latitude=MIDDLE[0], longitude=MIDDLE[1],
            entrance_latitude=ENTRANCE[0], entrance_longitude=ENTRANCE[1], hazards="Pintu belakang terkunci",
        )  # fmt: skip
        bank.contacts = [Contact(position=1, name="Pak Joko", phone="+6281330001002")]
        bank.users = [PremisesUser(user=cast.toko, tested_at=now())]
        db.session.add(bank)
        _plan(cast)
        _units(cast)
    return city


def _plan(cast: Cast) -> None:
    known = {row.code for row in db.session.query(Capability)}
    db.session.add_all(Capability(code=code, name_id=code, name_en=code) for code in TRC if code not in known)
    hold_up = IncidentType(
        code="hold_up", name_id="Perampokan", name_en="Hold-up", priority=1, silent_approach=True,
        agency=cast.incident_type("crime").agency,
    )  # fmt: skip
    for at, (code, (role, count)) in enumerate(TRC.items()):
        hold_up.plan.append(PlanItem(capability=code, count=count, position=at, role_id=role, role_en=role))
    steps = (("call_taker", 0), ("dispatcher", 0), ("supervisor", 2), ("chief", 4))
    hold_up.chain = [EscalationStep(role=role, after=after) for role, after in steps]
    db.session.add(hold_up)


def _units(cast: Cast) -> None:
    police = cast.incident_type("crime").agency
    for code, (_, count) in TRC.items():
        for number in range(1, count + 1):
            unit = Unit(
                call_sign=f"TRC-{code}-{number}", agency=police, kind="motorbike", base_name="Mako",
                base_latitude=MIDDLE[0] - 0.01, base_longitude=MIDDLE[1],
                capabilities=[UnitCapability(capability=code)],
            )  # fmt: skip
            officer = User(username=f"{code}-{number}", name=f"Aiptu {code} {number}", password_hash="-")
            officer.roles = [UserRole(role="officer")]
            db.session.add_all([unit, officer])
            db.session.flush()
            db.session.add(Member(user=officer, agency=police))
            db.session.flush()
            agencies.start_duty(officer, unit, now())


def test_the_teller_presses_and_everybody_does_what_they_are_there_for(
    guarded_bank: City, phone: Opener, tablet: Opener, desktop: Opener, forgive: list[str]
) -> None:
    # Twelve browsers and the servers share a small machine: a poll that takes longer than its 4 s is made again.
    forgive.extend(["htmx:timeout", "htmx:afterRequest"])
    teller, operator = phone("toko"), desktop("maya")
    supervisor, chief = desktop("hadi"), desktop("yusuf")
    operator.goto("/sas/monitor")
    operator.get_by_role("button", name="Mulai dinas").click()
    team = {f"{code}-{number}": role for code, (role, count) in TRC.items() for number in range(1, count + 1)}
    tablets = {who: tablet(who) for who in team}
    for page in (supervisor, chief, *tablets.values()):
        page.goto("/incidents")

    teller.goto("/sas")
    teller.locator("#sheet").hover()
    teller.mouse.down()
    expect(operator.get_by_role("heading", name=BANK)).to_be_visible()
    teller.mouse.up()
    expect(operator.locator("#wall")).to_have_attribute("data-siren", "sounding")
    assert "/sas" in teller.url  # nothing on the teller's screen has changed its place

    with guarded_bank.database():  # an offer runs out after 30 s, in which no slow machine taps on eight tablets
        guarded_bank.hold_jobs()
    for page in tablets.values():
        page.get_by_role("button", name="Terima").click()
    for who, page in tablets.items():
        expect(page.get_by_role("button", name="Berangkat").first).to_be_visible()
        expect(page.get_by_text("Peran Anda:").first).to_contain_text(team[who])
        expect(page.get_by_text("Pendekatan senyap").first).to_contain_text("200 m")

    guarded_bank.resume_jobs()
    for page in (supervisor, chief):
        expect(page.get_by_text(f"Alarm di {BANK}")).to_have_count(1)
    supervisor.goto("/sas/monitor")
    supervisor.get_by_role("button", name="Saya tangani").click()
    expect(operator.locator("#wall")).to_have_attribute("data-siren", "quiet")
    expect(operator.get_by_text("Hadi Pawas menanganinya sejak")).to_be_visible()

    slots = operator.locator(".more").first
    for role, _ in TRC.values():
        expect(slots.get_by_text(f"{role}:").first).to_contain_text("TRC-")
    expect(operator.locator(".shortfall")).to_have_count(0)

    with guarded_bank.database():
        incident = db.session.query(Incident).one()
        event_types = [event.event_type for event in timeline.of_incident(incident.id)]
        assert (incident.source, incident.silent, missing(incident)) == ("sas", True, {})
        assert [event_types.count(event_type) for event_type in ("received", "acknowledged", "accepted")] == [1, 1, 8]
        told = [event.detail["role"] for event in timeline.of_incident(incident.id) if event.event_type == "alarm_told"]
        assert told == ["call_taker", "dispatcher", "supervisor", "chief"]
        last_told = max(at for at, event_type in enumerate(event_types) if event_type == "alarm_told")
        assert event_types.index("acknowledged") > last_told
