"""Premises in a real browser: entered where one stands and on the map, tested by the business, seen by who comes."""

import re
from pathlib import Path

from playwright.sync_api import expect

from meteor.dispatch import rules as dispatch
from meteor.premises.models import Premises
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import trail
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener
from tests.cast import HOME
from tests.premises.places import PHRASE, image, shop
from tests.scenes import on_duty, open_assignment, press


def test_premises_are_entered_where_one_stands_and_the_entrance_on_the_map(
    city: City, desktop: Opener, tmp_path: Path
) -> None:
    page = desktop("tuti")
    page.goto("/admin/premises/new")
    page.get_by_label("Nama", exact=True).fill("Bank Demo Alun-Alun")
    page.get_by_label("Jenis").select_option("Bank")
    page.get_by_label("Alamat").fill("Jl. Alun-Alun 1")
    page.get_by_role("button", name="Saya di lokasi").click()
    expect(page.get_by_label("Lintang").first).to_have_value(f"{HOME[0]:.6f}")
    expect(page.get_by_text("Akurasi ±12 m")).to_be_visible()
    page.locator("#door summary").click()
    canvas = page.locator("#door .map-canvas[data-ready]")
    expect(canvas).to_be_visible()
    canvas.press("ArrowRight")
    canvas.press("Enter")
    expect(page.locator("#entrance_latitude")).not_to_have_value("")
    page.get_by_label("Senin").fill("8-15")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("sudah disimpan")).to_be_visible()
    expect(page.get_by_label("Senin")).to_have_value("08:00-15:00")
    page.get_by_role("link", name="Tambah gambar").click()
    plan = tmp_path / "denah.jpg"
    plan.write_bytes(image())
    page.get_by_label("Gambar").set_input_files(plan)
    page.get_by_role("button", name="Simpan gambar").click()
    shown = page.get_by_role("img", name="Denah")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 64)
    assert violations(page) == []


def test_a_page_that_may_not_know_the_place_says_so_and_takes_what_is_typed(city: City, desktop: Opener) -> None:
    page = desktop("tuti", permissions=[])
    page.goto("/admin/premises/new")
    page.get_by_role("button", name="Saya di lokasi").click()
    expect(page.get_by_text("Peramban tidak diizinkan memberi tahu posisi")).to_be_visible()
    page.get_by_label("Lintang").first.fill("-7.7337")
    expect(page.get_by_role("button", name="Saya di lokasi")).to_be_enabled()


def test_on_a_phone_a_contacts_number_stands_below_the_name(city: City, phone: Opener) -> None:
    with city.database():
        shop().contacts[0].name = "Satpam 2 yang bertugas pada malam hari"
    page = phone("tuti")
    page.goto("/admin/premises")
    row = page.get_by_role("row").filter(has_text="Toko Emas Semeru")
    shown = [row.get_by_text(words).bounding_box() for words in ("Satpam 2", "0812-3450-0001", "Aktif")]
    assert len({round(box["x"]) for box in shown if box}) == 1
    assert violations(page) == []


def test_the_business_says_whom_to_call_and_tests_its_alarm(city: City, phone: Opener) -> None:
    with city.database():
        premises_id = shop().id
    page = phone("toko")
    page.goto("/premises")
    expect(page).to_have_url(re.compile(f"/premises/{premises_id}$"))
    assert violations(page) == []
    page.get_by_role("link", name="Kontak baru").click()
    page.get_by_label("Nama", exact=True).fill("Pak Joko")
    page.get_by_label("Telepon", exact=True).fill("0813 4500 0002")
    page.get_by_label("Frasa sandi").fill("hujan pagi")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("region", name="Yang ditelepon")).to_contain_text("Pak Joko")
    expect(page.get_by_role("main")).not_to_contain_text("hujan pagi")
    page.get_by_role("link", name="Uji coba alarm").click()
    page.get_by_role("button", name="Mulai uji coba").click()
    expect(page.get_by_role("button", name="Akhiri uji coba")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Akhiri uji coba").click()
    expect(page.get_by_role("region", name="Uji coba sebelumnya")).to_contain_text("Toko Emas Semeru")


def test_who_comes_sees_the_premises_and_who_calls_reads_the_pass_phrase(
    city: City, desktop: Opener, tablet: Opener, forgive: list[str]
) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        premises = shop(entrance_latitude=HOME[0], entrance_longitude=HOME[1])
        number = press(cast, "toko", "crime", premises_id=premises.id).number
        dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    forgive.append("htmx:")  # polls that the next page cuts off
    officer, caller = tablet("agus"), desktop("komang")
    for page in (officer, caller):
        page.goto(f"/incidents/{number}")
        card = page.get_by_role("region", name="Toko Emas Semeru")
        expect(card).to_contain_text("Brankas di belakang")
        expect(card.get_by_role("link", name="0812-3450-0001")).to_have_attribute("href", "tel:+6281234500001")
        expect(page.locator("body")).not_to_contain_text(PHRASE)
        assert violations(page) == []
    expect(officer.get_by_role("button", name="Tampilkan frasa sandi")).to_have_count(0)
    caller.get_by_role("button", name="Tampilkan frasa sandi").click()
    expect(caller.get_by_role("main")).to_contain_text(PHRASE)
    assert violations(caller) == []
    with city.database() as cast:
        assert [entry.actor_id for entry in trail("pass_phrases_read")] == [cast.komang.id]
        assert db.session.scalars(db.select(Premises)).one().contacts[0].pass_phrase == PHRASE
