"""A dead network while a form is sent: what was typed stays, and the page says that nothing was sent."""

import re
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from meteor.broadcasts.models import RtMessage
from meteor.evacuation.models import SafetyAnswer
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.residents.models import Resident
from meteor.store.database import db
from tests.browser.conftest import City, Opener
from tests.premises.places import shop
from tests.scenes import on_duty, report
from tests.warnings.scenes import publish

TEXT = "Kebakaran di gudang Jl. Ikan Paus. Menjauh."
UNSENT = "Belum terkirim"


def test_a_corrected_place_is_kept_while_there_is_no_network_and_is_sent_afterwards(
    city: City, tablet: Opener, forgive: list[str]
) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    with city.database() as cast:
        number = report(cast).number
    page = tablet("komang")
    page.goto(f"/incidents/{number}/place")
    page.get_by_label("Lintang").fill("-7.75")
    page.get_by_label("Bujur").fill("113.215")
    page.context.set_offline(True)
    page.get_by_role("button", name="Ubah").click()
    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(page.get_by_label("Lintang")).to_have_value("-7.75")
    page.context.set_offline(False)
    page.get_by_role("button", name="Ubah").click()
    expect(page).to_have_url(re.compile(f"/incidents/{number}$"))
    with city.database():
        assert db.session.scalars(select(Incident.latitude)).all() == [-7.75]


def test_a_file_that_is_too_large_is_named_before_it_is_sent_and_what_was_typed_stays(
    city: City, tablet: Opener
) -> None:
    with city.database():
        premises_id = shop().id
    page = tablet("tuti")
    page.goto(f"/admin/premises/{premises_id}/pictures/new")
    page.get_by_text("Denah").click()
    page.get_by_label("Gambar").set_input_files(
        {"name": "denah.jpg", "mimeType": "image/jpeg", "buffer": bytes(8_000_000)}
    )
    page.get_by_role("button", name="Simpan gambar").click()
    expect(page.get_by_role("alert")).to_contain_text("berkas terlalu besar. Satu formulir paling banyak 8 MB")
    expect(page.get_by_label("Denah")).to_be_checked()
    expect(page).to_have_url(re.compile("/pictures/new$"))


def test_closing_adding_units_and_a_note_are_kept_while_there_is_no_network(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
        number = report(cast).number
    page = desktop("komang")
    page.goto(f"/incidents/{number}")
    page.get_by_text("Tulis catatan").click()
    unsent(page, page.locator("#write textarea"), TEXT, "Simpan catatan")
    expect(page.locator("#incident")).to_contain_text(TEXT)
    page.goto(f"/incidents/{number}/assignments")
    page.locator("[name=unit]").first.check()
    page.locator(".chip").last.click()
    unsent(page, page.locator("[name=reason]"), "Pawas meminta", "Minta datang")
    page.goto(f"/incidents/{number}/closure")
    page.locator("[name=outcome][value=handed_over]").check(force=True)
    unsent(page, page.locator("[name=note]"), "Diserahkan ke Polsek Mayangan", "Tutup")
    with city.database():
        assert db.session.scalars(select(Incident.status)).all() == ["closed"]


def unsent(page: Page, field: Locator, text: str, button: str) -> None:
    """Fill in the field, send it without a network, then with one."""
    field.fill(text)
    page.context.set_offline(True)
    page.get_by_role("button", name=button).click()
    expect(page.locator(".unsent")).to_contain_text(UNSENT)
    expect(field).to_have_value(text)
    page.context.set_offline(False)
    with page.expect_event("load"):
        page.get_by_role("button", name=button).click()


def test_an_alarm_is_kept_while_there_is_no_network_and_is_sent_once(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    page = phone("endang")
    page.goto("/rt-messages/new")
    page.get_by_role("radio", name="Alarm RT").check()
    page.get_by_label("Isi pesan").fill(TEXT)
    page.context.set_offline(True)
    page.get_by_role("button", name="Pratinjau").click()
    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(page.get_by_label("Isi pesan")).to_have_value(TEXT)
    page.context.set_offline(False)
    page.get_by_role("button", name="Pratinjau").click()
    expect(page.get_by_role("button", name="Kirim alarm RT")).to_be_visible()
    page.wait_for_load_state()
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim alarm RT").click()
    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(page.get_by_role("alert")).to_be_in_viewport()
    page.context.set_offline(False)
    page.get_by_role("button", name="Kirim alarm RT").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alarm RT")
    with city.database():
        assert db.session.scalars(select(RtMessage.text)).all() == [TEXT]


def test_who_needs_help_without_a_network_is_told_to_call_112(city: City, phone: Opener, forgive: list[str]) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    with city.database():
        warning = publish("Mayangan").id
    page = phone("sari")
    page.goto(f"/warnings/{warning}")
    page.context.set_offline(True)
    page.get_by_role("button", name="Saya butuh bantuan").click()
    expect(page.get_by_role("alert")).to_contain_text("hubungi 112")
    page.context.set_offline(False)
    page.get_by_role("button", name="Saya butuh bantuan").click()
    expect(page.get_by_text("Anda menyatakan butuh bantuan.")).to_be_visible()
    with city.database():
        assert db.session.scalars(select(SafetyAnswer.answer)).all() == ["need_help"]


def test_an_open_alert_keeps_what_is_written_without_a_network_and_sends_it_with_one_tap(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    alert = uuid4()
    with city.database() as cast:
        city.hold_jobs()
        report(cast, id=alert)
    page = phone("sari")
    page.goto(f"/alerts/{alert}")
    note, safe = page.get_by_label("Apa yang perlu diketahui"), page.locator("#safe")
    note.fill("Pintu belakang")
    safe.locator("summary").click()
    page.context.set_offline(True)
    for button in (
        page.get_by_role("button", name="Kirim catatan"),
        page.get_by_role("button", name="Kebakaran"),
        safe.get_by_role("button"),
    ):
        button.click()
        expect(page.locator(".unsent")).to_contain_text(UNSENT)
        expect(page.locator(".unsent")).to_be_in_viewport()
        expect(page.locator(".call-bar").get_by_role("link", name="Telepon 112")).to_be_in_viewport()
    expect(note).to_have_value("Pintu belakang")
    page.context.set_offline(False)
    page.get_by_role("button", name="Kirim catatan").click()
    expect(page.get_by_text("Catatan Anda sudah diterima")).to_be_visible()
    with city.database():
        incident = db.session.scalars(select(Incident)).one()
        assert timeline.of_incident(incident.id)[-1].detail["note"] == "Pintu belakang"


def test_a_shift_that_is_planned_without_a_network_stays_as_it_was_typed(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    page = desktop("hadi")
    page.goto("/rosters/shifts/new?agency=POLRES")
    page.get_by_label("Pos", exact=False).fill("Alun-alun")
    page.context.set_offline(True)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(page.get_by_label("Pos", exact=False)).to_have_value("Alun-alun")


def test_who_reports_sick_without_a_network_keeps_the_days(city: City, phone: Opener, forgive: list[str]) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    page = phone("agus")
    page.goto("/rosters/own")
    page.get_by_text("Lapor sakit").first.click()
    form = page.locator("form[action$=sickness]")
    day = form.locator("[name=last_day]")
    day.fill("2030-12-03")
    page.context.set_offline(True)
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(day).to_have_value("2030-12-03")


def test_a_home_that_a_leader_registers_without_a_network_stays_as_it_was_typed(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    page = phone("endang")
    page.goto("/residents/new")
    page.locator("[name=name]").fill("Budi Santoso")
    page.context.set_offline(True)
    page.locator("main form[method=post] .form-actions button").click()
    expect(page.locator(".unsent")).to_contain_text(UNSENT)
    expect(page.locator("[name=name]")).to_have_value("Budi Santoso")
    page.context.set_offline(False)
    page.locator("[name=address]").fill("Jl. Ikan Paus 9")
    page.locator("main form[method=post] .form-actions button").click()
    expect(page).not_to_have_url(re.compile("/new$"))
    with city.database():
        assert db.session.scalars(select(Resident.name).where(Resident.name == "Budi Santoso")).all() == [
            "Budi Santoso"
        ]
