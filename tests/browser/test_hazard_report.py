"""A report of a hazard on a phone without a network: it waits with its photo, and is sent once."""

from pathlib import Path

from playwright.sync_api import Route, expect
from sqlalchemy import select

from meteor.hazards.models import HazardReport
from meteor.store.database import db
from tests.browser.conftest import City, Opener
from tests.premises.places import image

KEPT = """() => new Promise((resolve) => {
  indexedDB.open("meteor.reports").onsuccess = ({ target }) => {
    const all = target.result.transaction("reports").objectStore("reports").getAll();
    all.onsuccess = () => resolve(all.result[0].entries.map(([name]) => name));
  };
})"""
"""The names of the fields of the report that waits."""


def test_a_report_waits_in_the_phone_with_its_photo_and_is_sent_once(
    city: City, phone: Opener, tmp_path: Path, forgive: list[str]
) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    photo = tmp_path / "banjir.jpg"
    photo.write_bytes(image(size=(3200, 2000)))
    page = phone("sari")
    page.goto("/hazards/new")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    page.get_by_role("radio", name="Banjir", exact=True).check(force=True)
    page.get_by_role("radio", name="Setinggi lutut").check(force=True)
    page.get_by_label("Foto").set_input_files(photo)
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator("#waiting")).to_contain_text("Belum terkirim, menunggu jaringan: Banjir")
    expect(page.locator("#report")).to_be_hidden()
    assert {"csrf_token", "form_key"}.isdisjoint(page.evaluate(KEPT))

    page.close()  # it waits in the browser, not in the page
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto("/hazards")
    expect(again.locator("#waiting")).to_contain_text("Terkirim pukul")
    again.get_by_role("link", name="B-").first.click()
    expect(again.get_by_role("heading", level=1)).to_contain_text("Laporan B-")
    again.goto("/hazards")
    expect(again.locator("#waiting")).to_be_hidden()
    with city.database():
        report = db.session.scalars(select(HazardReport)).one()
        assert (report.kind, report.severity, report.place_source) == ("flood", 2, "device")
        assert [(kept.width, kept.height) for kept in report.photos] == [(1600, 1000)]


def test_what_is_wrong_with_a_report_is_said_in_the_page_beside_its_place_and_its_large_photo(
    city: City, phone: Opener, tmp_path: Path, forgive: list[str]
) -> None:
    forgive.append("422")
    photo = tmp_path / "banjir.jpg"
    photo.write_bytes(image(size=(3200, 2000)) + bytes(18_000_000))  # more than the server takes, until it is shrunk
    page = phone("sari")
    page.goto("/hazards/new")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    note = page.get_by_label("Ada lagi yang ingin disampaikan?")
    assert note.get_attribute("maxlength") == "2000"
    note.fill("Air masuk rumah")
    page.get_by_label("Foto").set_input_files(photo)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator(".error-summary")).to_contain_text("Pilih jenisnya")
    expect(note).to_have_value("Air masuk rumah")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    expect(page.get_by_label("Foto 1 sudah tersimpan")).to_be_checked()

    page.get_by_role("radio", name="Banjir", exact=True).check(force=True)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/hazards/reports/*")
    with city.database():
        report = db.session.scalars(select(HazardReport)).one()
        assert (report.kind, report.note, report.place_source) == ("flood", "Air masuk rumah", "device")
        assert [(kept.width, kept.height) for kept in report.photos] == [(1600, 1000)]


def test_without_storage_too_the_photo_is_shrunk_before_it_is_sent(city: City, phone: Opener, tmp_path: Path) -> None:
    photo = tmp_path / "banjir.jpg"
    photo.write_bytes(image(size=(3200, 2000)) + bytes(18_000_000))
    page = phone("sari")
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { value: undefined })"
    )  # as a private window has it
    page.goto("/hazards/new")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    page.get_by_role("radio", name="Pohon tumbang").check(force=True)
    page.get_by_label("Foto").set_input_files(photo)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/hazards/reports/*")
    with city.database():
        report = db.session.scalars(select(HazardReport)).one()
        assert [(kept.width, kept.height) for kept in report.photos] == [(1600, 1000)]


def test_photos_that_are_too_large_all_the_same_are_named_in_the_page(phone: Opener, forgive: list[str]) -> None:
    forgive.append("413")
    page = phone("sari")
    page.route("**/hazards", lambda route: route.fulfill(status=413) if route.request.method == "POST" else None)
    page.goto("/hazards/new")
    page.get_by_role("radio", name="Pohon tumbang").check(force=True)
    page.get_by_label("Ada lagi yang ingin disampaikan?").fill("Di depan SDN 1")
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator("#too-large")).to_be_focused()
    expect(page.locator("#too-large")).to_contain_text("Foto terlalu besar")
    expect(page.get_by_label("Ada lagi yang ingin disampaikan?")).to_have_value("Di depan SDN 1")


def test_a_report_beyond_a_limit_says_so_and_holds_up_no_urgent_one(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append("429")

    def answer(route: Route) -> None:
        if "fallen_tree" in (route.request.post_data or ""):
            route.fulfill(status=429, headers={"Retry-After": "600"}, json={"detail": "Batas tercapai."})
        else:
            route.continue_()

    page = phone("sari")
    page.route("**/hazards", lambda route: answer(route) if route.request.method == "POST" else route.continue_())
    page.goto("/hazards/new")
    page.get_by_role("radio", name="Pohon tumbang").check(force=True)
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator("#waiting")).to_contain_text("Batas tercapai. Pohon tumbang")
    expect(page.locator("#waiting").get_by_role("link", name="112")).to_be_visible()

    page.goto("/hazards/new")
    page.get_by_role("radio", name="Kebakaran").check(force=True)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/alerts/*")
    with city.database():
        assert db.session.scalars(select(HazardReport.kind)).all() == ["fire"]
