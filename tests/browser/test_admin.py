"""The administrator at a desk: what only a real browser shows of their pages."""

import re

from playwright.sync_api import Page, expect

from meteor.accounts.rules import user_who_signs_in
from meteor.agencies.rules import start_duty
from meteor.notices import rules as notices
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener

RT_TABLE = "kelurahan,rw,rt,latitude,longitude\r\n35.74.03.1001,5,3,-7.7338,113.2167\r\n35.74.03.1001,5,9,,\r\n"


def refused(page: Page, forgive: list[str]) -> None:
    """What the browser itself says of an answer 422."""
    forgive.append("422")
    expect(page.get_by_role("alert").first).to_be_visible()


def test_a_new_officer_is_invited_by_a_copied_link(city: City, desktop: Opener, phone: Opener) -> None:
    page = desktop("tuti", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/admin/users/new")
    page.get_by_label("Nama", exact=True).fill("Budi Hartono")
    page.get_by_label("Nama pengguna").fill("Budi")
    page.get_by_label("Petugas", exact=True).check()
    page.get_by_role("button", name="Tambah dan undang").click()
    expect(page.get_by_role("img", name="Tautan sebagai kode QR")).to_be_visible()
    page.wait_for_load_state()
    assert violations(page) == []
    page.get_by_role("button", name="Salin tautan").click()
    expect(page.get_by_role("button", name="Tersalin")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    budi = phone()
    budi.goto(link)
    budi.get_by_label("Kata sandi baru", exact=True).fill("tiga kata panjang")
    budi.get_by_label("Ulangi kata sandi baru").fill("tiga kata panjang")
    budi.get_by_role("button", name="Simpan").click()
    expect(budi).to_have_url(re.compile("/(incidents|unit)"))
    with city.database():
        assert user_who_signs_in("budi", "tiga kata panjang")


def test_the_page_of_an_officer_shows_agency_and_duty(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        start_duty(cast.agus, cast.unit("TRAIL-01"), now())
        user_id = cast.agus.id
    page = desktop("tuti")
    page.goto(f"/admin/users/{user_id}")
    card = page.get_by_role("region", name="Instansi dan dinas")
    expect(card).to_contain_text("Polres Probolinggo Kota")
    card.get_by_role("link", name="TRAIL-01").click()
    expect(page.get_by_role("region", name="Awak yang bertugas")).to_contain_text("Agus Santoso")


def test_a_table_survives_the_way_through_the_browser(city: City, desktop: Opener) -> None:
    page = desktop("tuti")
    page.goto("/admin/areas/import/rt")
    page.get_by_label("Berkas CSV").set_input_files(
        {"name": "rt.csv", "mimeType": "text/csv", "buffer": RT_TABLE.encode("utf-8-sig")}
    )
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("region", name="Yang diubah berkas ini")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Impor").click()
    expect(page.get_by_role("status")).to_contain_text("1 ditambahkan, 1 diubah")
    with city.database() as cast:
        assert cast.rt(9).latitude is None
        assert cast.rt(3).latitude == -7.7338


def test_what_is_wrong_with_a_table_and_a_plan_is_told_to_everybody(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    page = phone("tuti")
    page.goto("/admin/areas/import/rt")
    page.get_by_label("Berkas CSV").set_input_files(
        {"name": "rt.csv", "mimeType": "text/csv", "buffer": RT_TABLE.replace(",5,", ",0,").encode()}
    )
    page.get_by_role("button", name="Periksa berkas").click()
    refused(page, forgive)
    assert violations(page) == []
    with city.database() as cast:
        type_id = cast.incident_type("fire").id
    page.goto(f"/admin/incident-types/{type_id}")
    page.get_by_label("Kemampuan, baris 2").select_option("fire")
    page.get_by_label("Jumlah, baris 1", exact=True).fill("")
    page.get_by_role("button", name="Simpan").click()
    refused(page, forgive)
    page.get_by_role("link", name=re.compile("Jumlah, baris 1")).click()
    expect(page.get_by_label("Jumlah, baris 1", exact=True)).to_be_focused()
    assert violations(page) == []


def test_a_suspension_that_was_refused_stays_open_with_what_was_typed(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    with city.database() as cast:
        user_id = cast.karto.id
    page = desktop("tuti")
    page.goto(f"/admin/users/{user_id}")
    page.get_by_text("Tangguhkan", exact=True).first.click()
    page.get_by_label("Sampai akhir hari").fill("2020-01-01")
    page.get_by_label("Alasan", exact=True).fill("Iseng tiga kali")
    page.get_by_role("button", name="Tangguhkan").click()
    refused(page, forgive)
    expect(page.get_by_label("Alasan", exact=True)).to_have_value("Iseng tiga kali")
    expect(page.get_by_label("Sampai akhir hari")).to_be_visible()
    assert violations(page) == []


def test_what_was_not_delivered_stands_on_the_first_page_until_it_is_known(city: City, desktop: Opener) -> None:
    with city.database():
        notices.tell("a", "undelivered", "/admin/audit", role="admin", topic="neighbourhood")
    page = desktop("tuti")
    page.goto("/admin/users?q=sari")
    expect(page.locator(".notice.alarm")).to_contain_text("neighbourhood")
    page.get_by_role("button", name="Sudah saya baca").click()
    page.wait_for_url("/admin/users?q=sari")
    expect(page.locator("#notices")).to_have_attribute("hx-vals", '{"v":"0.0.0.0"}')
    expect(page.locator(".notice.alarm")).to_have_count(0)


def test_the_plan_gets_a_line_by_the_keys_and_keeps_what_was_typed(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        type_id = cast.incident_type("fire").id
        filled = len(cast.incident_type("fire").plan)
    page = desktop("tuti")
    page.goto(f"/admin/incident-types/{type_id}")
    expect(page.locator("#plan-lines tr:visible")).to_have_count(filled)
    page.get_by_label("Jumlah, baris 1", exact=True).fill("7")
    page.get_by_role("button", name="Tambah baris").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"Kemampuan, baris {filled + 1}", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    expect(page.get_by_label(f"Jumlah, baris {filled + 1}", exact=True)).to_have_value("2")
    expect(page.get_by_label("Jumlah, baris 1", exact=True)).to_have_value("7")
    assert violations(page) == []


def test_the_plan_is_as_wide_as_the_page(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        type_id = cast.incident_type("fire").id
    page = desktop("tuti")
    page.goto(f"/admin/incident-types/{type_id}")
    plan = page.locator(".plan table").bounding_box()
    assert plan
    assert plan["width"] > 0.9 * 1440


def test_without_scripts_the_plan_has_empty_lines(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        type_id = cast.incident_type("fire").id
    page = desktop("tuti", java_script_enabled=False)
    page.goto(f"/admin/incident-types/{type_id}")
    expect(page.locator("#plan-lines tr:visible")).to_have_count(10)
    expect(page.get_by_role("button", name="Tambah baris")).to_have_count(0)


def test_the_bases_of_the_listed_units_are_on_the_map(city: City, desktop: Opener) -> None:
    page = desktop("tuti")
    page.goto("/admin/units?q=TRAIL-01")
    page.locator("#bases summary").click()
    expect(page.locator("#bases .map-mark.home")).to_have_text(page.locator("td [data-mark=home]").inner_text())


def test_the_base_of_a_unit_is_chosen_on_the_map(city: City, desktop: Opener) -> None:
    page = desktop("tuti")
    page.goto("/admin/units/new")
    page.get_by_text("Peta", exact=True).click()
    canvas = page.get_by_role("application", name="Peta kota")
    expect(canvas).to_have_attribute("data-ready", "")
    canvas.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Lintang")).to_have_value(re.compile(r"-7\.\d+"))
    expect(page.get_by_label("Bujur")).to_have_value(re.compile(r"113\.\d+"))
