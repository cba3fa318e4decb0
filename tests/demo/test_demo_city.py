"""The demo city goes into an empty database, whole, and nowhere else."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.accounts.models import User
from meteor.accounts.phones import e164
from meteor.accounts.rules import user_who_signs_in
from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.agencies.rules import shift_of
from meteor.calls.models import Call
from meteor.clients.models import ClientToken
from meteor.demo import city
from meteor.demo.people import ACCOUNTS, PASSWORD
from meteor.geo import metres_flat
from meteor.hazards import waiting
from meteor.hazards.desk import Filters, listing
from meteor.notices.models import Notice
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.residents.models import Leadership, Resident
from meteor.sas.models import Panel
from meteor.store.database import Base, db
from meteor.store.moments import now
from meteor.territory.models import Kecamatan, Kelurahan, Rt

KINDS = {"emergency", "crime", "domestic_violence", "fire", "medical", "disaster", "other"}


@pytest.fixture(autouse=True)
def switched_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))


@pytest.fixture
def empty(app: Flask) -> Flask:
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    return app


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_command_fills_an_empty_database_and_prints_every_account(empty: Flask) -> None:
    result = empty.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output
    assert PASSWORD in result.output
    for account in ACCOUNTS:
        assert f"  {account.username} " in result.output
        user = user_who_signs_in(account.username, PASSWORD)
        assert user is not None
        assert user.role_names == set(account.roles)


@pytest.mark.both_databases
def test_the_city_is_as_large_as_promised(empty: Flask) -> None:
    city.fill()
    assert (count(Kecamatan), count(Kelurahan), count(Agency)) == (5, 29, 8)
    assert count(Resident) >= 300
    motorbikes = db.session.scalars(
        select(Unit.call_sign).where(Unit.kind == "motorbike", Unit.call_sign.like("TRAIL%"))
    )
    assert sorted(motorbikes) == [f"TRAIL-{number:02}" for number in range(1, 31)]


@pytest.mark.both_databases
def test_every_kind_of_an_alert_leads_to_a_type_whose_plan_somebody_on_duty_can_do(empty: Flask) -> None:
    city.fill()
    types = db.session.scalars(select(IncidentType)).all()
    assert {kind.kind for kind in types if kind.kind} == KINDS
    on_duty = db.session.scalars(select(Unit).where(Unit.status == "available")).all()
    for line in (line for kind in types for line in kind.plan):
        able = [unit for unit in on_duty if line.capability in {held.capability for held in unit.capabilities}]
        assert len(able) >= line.count, (line.type_id, line.capability)


def test_bpbd_finds_a_flood_of_two_reports_a_verified_tree_and_a_tidal_flood_that_is_late(empty: Flask) -> None:
    city.fill()
    shown = [(row.report.kind, row.report.status, row.same, bool(row.waits_since)) for row in listing(Filters()).rows]
    flood, tidal = ("flood", "received", 1, True), ("tidal_flood", "received", 0, True)
    assert shown == [flood, tidal, ("fallen_tree", "verified", 0, False)]
    assert waiting.tell_late(now()) is False
    assert db.session.scalars(select(Notice.kind).where(Notice.role == "hazard_officer")).all() == ["hazard_waiting"]


def test_the_printed_officers_are_on_duty(empty: Flask) -> None:
    city.fill()
    officers = {
        "petugas": "TRAIL-01", "petugas-2": "TRAIL-02", "damkar": "DAMKAR-01", "ambulans": "AMBULANS-01",
    }  # fmt: skip
    for username, unit in officers.items():
        shift = shift_of(db.session.scalars(select(User).where(User.username == username)).one())
        assert shift is not None
        assert (shift.unit.call_sign, shift.unit.status) == (unit, "available")


@pytest.mark.both_databases
def test_the_citizen_lives_verified_in_the_leaders_rt_and_the_first_motorbike_is_nearest(empty: Flask) -> None:
    city.fill()
    resident = db.session.scalars(select(Resident).join(User, User.id == Resident.user_id)
                                  .where(User.username == "warga")).one()  # fmt: skip
    home = resident.household
    assert home.rt.label == "RT 03 RW 05 Mayangan"
    assert resident.verified_at is not None
    leads = {row.user.username: row.rt.label for row in db.session.scalars(select(Leadership))}
    assert leads == {"ketua-rt": "RT 03 RW 05 Mayangan", "ketua-rt-lain": "RT 04 RW 05 Mayangan"}

    def away(unit: Unit) -> float:
        assert home.latitude is not None
        assert home.longitude is not None
        return metres_flat(home.latitude, home.longitude, unit.base_latitude, unit.base_longitude)

    patrols = db.session.scalars(select(Unit).where(Unit.status == "available", Unit.kind == "motorbike"))
    assert [unit.call_sign for unit in sorted(patrols, key=away)][:2] == ["TRAIL-01", "TRAIL-02"]


def test_every_neighbourhood_lies_nearest_to_the_middle_of_its_own_kelurahan(empty: Flask) -> None:
    city.fill()
    kelurahan = db.session.scalars(select(Kelurahan)).all()
    for rt in db.session.scalars(select(Rt)):
        assert rt.latitude is not None
        assert rt.longitude is not None
        latitude, longitude = rt.latitude, rt.longitude
        nearest = min(kelurahan, key=lambda one: metres_flat(latitude, longitude, one.latitude, one.longitude))
        assert nearest == rt.rw.kelurahan


def test_no_identity_number_or_telephone_is_there_twice_and_all_are_well_formed(empty: Flask) -> None:
    city.fill()
    niks = [resident.nik for resident in db.session.scalars(select(Resident))]
    assert len(niks) == len(set(niks))
    assert all(len(nik) == 16 and nik.startswith("3574") and nik[12:] != "0000" for nik in niks)
    phones = [phone for phone in db.session.scalars(select(User.phone)) if phone]
    assert all(e164(phone) == phone and phone.startswith("+62860") for phone in phones)


@pytest.mark.both_databases
def test_a_database_with_people_is_refused_and_not_touched(app: Flask) -> None:
    people, units = count(User), count(Unit)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "already" in result.output
    assert len(result.output.splitlines()) == 1
    assert (count(User), count(Unit)) == (people, units)


def test_started_again_it_leaves_people_alone_without_a_complaint(app: Flask) -> None:
    people = count(User)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["demo", "--if-empty"])
    assert (result.exit_code, result.output) == (0, "")
    assert count(User) == people


def test_started_again_a_demo_city_prints_its_accounts_again(empty: Flask) -> None:
    city.fill()
    db.session.commit()
    result = empty.test_cli_runner().invoke(args=["demo", "--if-empty"])
    assert result.exit_code == 0
    assert "ketua-rt-lain" in result.output


def test_switched_off_it_refuses_even_an_empty_database(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(empty.config, "SETTINGS", replace(empty.config["SETTINGS"], demo=False))
    result = empty.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "METEOR_DEMO=1" in result.output
    assert count(User) == 0


def test_the_112_room_has_calls_in_its_log_and_nobody_waits(empty: Flask) -> None:
    city.fill()
    classes = set(db.session.scalars(select(Call.classified_as).where(Call.classified_as.is_not(None))))
    assert classes == {"information", "ghost", "prank", "dropped", "test"}
    assert db.session.scalars(select(Call).where(Call.status.in_(("ringing", "taken")))).all() == []
    assert db.session.scalars(select(ClientToken)).all() == []


def test_the_gold_shop_and_the_bank_have_panels_a_button_and_somebody_to_call(empty: Flask) -> None:
    city.fill()
    panels = {panel.account: panel for panel in db.session.scalars(select(Panel))}
    gold, bank = panels["1234"], panels["5678"]
    assert (gold.premises.name, gold.key) == ("Toko Emas Mayangan", None)
    assert (bank.premises.name, bank.key) == ("Bank Demo Alun-Alun", "00112233445566778899AABBCCDDEEFF")
    for panel, username in ((gold, "toko-emas"), (bank, "bank")):
        assert [member.user.username for member in panel.premises.users] == [username]
        assert [bool(contact.pass_phrase) for contact in panel.premises.contacts] == [True, True]
        assert len(panel.premises.opening_hours) == 7
        assert panel.zones[0].type is not None
    kinds = sorted(db.session.scalars(select(Premises.kind)))
    assert kinds == ["bank", "gold_shop", "minimarket", "minimarket", "petrol_station"]


@pytest.mark.both_databases
def test_a_hold_up_has_a_unit_on_duty_for_every_role_and_is_told_to_room_supervisor_and_chief(empty: Flask) -> None:
    city.fill()
    hold_up = db.session.scalars(select(IncidentType).where(IncidentType.code == "hold_up")).one()
    on_duty = db.session.scalars(select(UnitCapability.capability).join(Unit).where(Unit.status == "available")).all()
    for line in hold_up.plan:
        assert on_duty.count(line.capability) >= line.count, line.capability
    assert [(step.role, step.after) for step in hold_up.chain] == [
        ("call_taker", 0), ("dispatcher", 0), ("supervisor", 15), ("chief", 45)
    ]  # fmt: skip
