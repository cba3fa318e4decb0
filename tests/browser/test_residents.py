"""The register and its ways in, in a real browser: on a cheap phone, with and without a script or a network."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from meteor.residents import rules
from meteor.residents.models import Household, Resident
from meteor.residents.rules import Person
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, City, Opener

TARGETS = ", ".join(
    f"main {target}"
    for target in (
        "button", ".button", "select", "input:not([type=checkbox])", ".choice",
        "nav a", ".home a", ".card a", ".way-back a", ".ways a",
    )
)  # fmt: skip
HEIGHTS = "all => all.map((one) => [one.getBoundingClientRect().height, one.outerHTML])"
SMALLEST = {"width": 320, "height": 568}
UNPROCESSABLE = "status of 422"
CSV = """\ufeffalamat;nama;nik;telepon;kebutuhan;persetujuan;posisi\r
Jl. Ikan Hiu 12;"Budi ""Bud"" Santoso";3574032505900007;81234567890;lansia;ya;-7.73370, 113.21660\r
Jl. Ikan Hiu 12;Dewi <b>Lestari</b>;3574036505900008;;;;\r
Jl. Ikan Hiu 13;;123;;;;\r
"""


def fill(page: Page) -> None:
    """Sign up as Budi, all but the place."""
    page.get_by_label("Nama").fill("Budi Santoso")
    page.get_by_label("Nomor HP").fill("0812 3456 7890")
    page.get_by_label("NIK").fill("3574 0325 0590 0007")
    page.get_by_label("Kata sandi", exact=True).fill("tiga kata mudah")


def choose_rt(page: Page) -> None:
    page.get_by_label("Kelurahan").select_option(label="Mayangan")
    page.get_by_label("RT", exact=True).select_option(label="RT 03 / RW 05")


def sign_up(page: Page) -> None:
    page.get_by_role("button", name="Daftar").click()


# --- sign-up ---


def sign_in(page: Page) -> None:
    page.wait_for_url("/sign-up/done")
    expect(page.get_by_label("Nama pengguna atau nomor telepon")).to_have_value("0812 3456 7890")
    page.get_by_label("Kata sandi", exact=True).fill("tiga kata mudah")
    page.get_by_role("main").get_by_role("button", name="Masuk").click()
    page.wait_for_url("/onboarding")
    page.goto("/")


def test_a_citizen_signs_up_on_a_phone_and_stands_before_the_button(phone: Opener) -> None:
    page = phone()
    page.goto("/sign-up")
    expect(page.get_by_role("button", name="Tampilkan RT")).to_be_hidden()
    choose_rt(page)
    fill(page)
    sign_up(page)
    sign_in(page)
    expect(page.get_by_text("Budi Santoso")).to_be_attached()


def test_nothing_typed_is_lost_while_the_rt_is_chosen(phone: Opener) -> None:
    page = phone()
    page.goto("/sign-up")
    fill(page)
    choose_rt(page)
    expect(page.get_by_label("Kata sandi", exact=True)).to_have_value("tiga kata mudah")


def test_without_a_script_a_button_shows_the_rt(phone: Opener) -> None:
    page = phone(java_script_enabled=False)
    page.goto("/sign-up")
    page.get_by_label("Nama").fill("Budi Santoso")
    page.get_by_label("Kelurahan").select_option(label="Mayangan")
    page.get_by_role("button", name="Tampilkan RT").click()
    choose_rt(page)
    fill(page)
    sign_up(page)
    sign_in(page)


def test_without_a_script_the_enter_key_signs_up(phone: Opener, forgive: list[str]) -> None:
    forgive.append(UNPROCESSABLE)
    page = phone(java_script_enabled=False)
    page.goto("/sign-up")
    page.get_by_label("Nama").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Isi nama.")


def test_without_a_network_the_button_comes_back(phone: Opener, forgive: list[str]) -> None:
    forgive.append("ERR_FAILED")
    page = phone()
    page.goto("/sign-up")
    page.route("**/areas/rt*", lambda route: route.abort())
    page.get_by_label("Kelurahan").select_option(label="Mayangan")
    button = page.get_by_role("button", name="Tampilkan RT")
    expect(button).to_be_visible()
    button.click()
    expect(page.get_by_label("RT", exact=True)).to_be_enabled()


@pytest.mark.parametrize("address", ["/sign-in", "/sign-up", "/account", "/account/phone"])
def test_each_password_is_shown_on_request(phone: Opener, address: str) -> None:
    page = phone("sari" if address.startswith("/account") else "")
    page.goto(address)
    fields = page.locator("input[type=password]").all()
    assert fields
    for name in [field.get_attribute("id") for field in fields]:
        field = page.locator(f"#{name}")
        label = page.locator(f"label[for={name}]").inner_text().partition(" (")[0]
        show = page.locator(f"form:has(#{name})").get_by_role("button", name=f"Tampilkan {label}", exact=True)
        box = show.bounding_box()
        assert box
        assert box["height"] >= 48
        expect(show).to_have_attribute("aria-pressed", "false")
        show.click()
        expect(field).to_have_attribute("type", "text")
        expect(show).to_have_attribute("aria-pressed", "true")
        show.click()
        expect(field).to_have_attribute("type", "password")


def test_a_password_that_is_shown_is_sent_as_a_password(phone: Opener) -> None:
    page = phone()
    page.goto("/sign-in")
    page.locator("form:has(#password)").evaluate(
        "form => form.addEventListener('submit', (sent) => sent.preventDefault())"
    )
    show = page.get_by_role("button", name="Tampilkan Kata sandi")
    show.click()
    page.locator("#password").press("Enter")
    expect(page.locator("#password")).to_have_attribute("type", "password")
    expect(show).to_have_attribute("aria-pressed", "false")


def test_without_scripts_no_button_promises_to_show_the_password(phone: Opener) -> None:
    page = phone(java_script_enabled=False)
    page.goto("/sign-in")
    expect(page.locator("#password")).to_be_visible()
    expect(page.locator("[data-reveal]")).to_be_hidden()


# --- at the door ---


def test_the_position_is_taken_at_the_door_with_its_accuracy(city: City, phone: Opener) -> None:
    page = phone("endang")
    page.goto("/residents/new")
    page.get_by_role("button", name="Ambil posisi di sini").click()
    expect(page.get_by_text("Akurasi ±12 m.")).to_be_visible()
    expect(page.get_by_label("Posisi pintu rumah")).to_have_value("-7.73370, 113.21660")
    page.get_by_label("Alamat").fill("Jl. Ikan Hiu 12")
    page.get_by_label("Nama").fill("Dewi Lestari")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Jl. Ikan Hiu 12")).to_be_visible()
    with city.database():
        home = db.session.query(Household).filter_by(address="Jl. Ikan Hiu 12").one()
        assert (home.latitude, home.longitude, home.accuracy) == (-7.7337, 113.2166, 12)


def test_a_coarse_position_gets_better_by_itself_and_never_worse(phone: Opener) -> None:
    page = phone("endang", geolocation={"latitude": -7.73, "longitude": 113.21, "accuracy": 400})
    page.goto("/residents/new")
    page.get_by_role("button", name="Ambil posisi di sini").click()
    expect(page.get_by_text("Akurasi baru ±400 m.")).to_be_visible()
    page.evaluate("void navigator.geolocation.watchPosition(({coords}) => (document.title = coords.accuracy))")
    page.context.set_geolocation({"latitude": -7.7337, "longitude": 113.2166, "accuracy": 30})
    expect(page.get_by_text("Akurasi ±30 m.")).to_be_visible()
    page.context.set_geolocation({"latitude": -7.5, "longitude": 113.1, "accuracy": 90})
    expect(page).to_have_title("90")
    expect(page.get_by_label("Posisi pintu rumah")).to_have_value("-7.73370, 113.21660")
    page.context.set_geolocation({"latitude": -7.7338, "longitude": 113.2167, "accuracy": 9})
    expect(page.get_by_text("Akurasi ±9 m.")).to_be_visible()
    expect(page.get_by_role("button", name="Ambil posisi di sini")).to_be_enabled()
    expect(page.get_by_label("Posisi pintu rumah")).to_have_value("-7.73380, 113.21670")


def test_a_position_that_is_typed_has_no_accuracy(phone: Opener) -> None:
    page = phone("endang")
    page.goto("/residents/new")
    page.get_by_role("button", name="Ambil posisi di sini").click()
    expect(page.get_by_text("Akurasi ±12 m.")).to_be_visible()
    page.get_by_label("Posisi pintu rumah").fill("-7.73, 113.21")
    expect(page.locator("[name=accuracy]")).to_have_value("")
    expect(page.get_by_text("Akurasi ±")).to_have_count(0)


def test_a_browser_that_may_not_tell_the_position_says_so(phone: Opener) -> None:
    page = phone("endang", permissions=[])
    page.goto("/residents/new")
    page.get_by_role("button", name="Ambil posisi di sini").click()
    expect(page.get_by_text("Peramban tidak diizinkan memberi tahu posisi.")).to_be_visible()
    expect(page.get_by_role("button", name="Ambil posisi di sini")).to_be_enabled()


# --- the homes on the map ---


def unplaced(city: City, *addresses: str) -> None:
    """Homes of RT 03 without a position."""
    with city.database() as cast:
        for number, address in enumerate(addresses):
            rules.enter(rules.household_at(cast.rt(3), address), Person(f"Penghuni {number}"), cast.endang, now())


def positions(city: City) -> dict[str, tuple[float | None, float | None]]:
    with city.database():
        return {home.address: (home.latitude, home.accuracy) for home in db.session.query(Household)}


def homes_map(page: Page) -> Locator:
    """The map of the register, once it is drawn."""
    page.goto("/residents/map")
    drawn = page.get_by_role("application", name="Peta kota")
    expect(drawn).to_have_attribute("data-ready", "")
    return drawn


@pytest.mark.parametrize("kind", ["phone", "tablet"])
def test_homes_are_placed_one_after_the_other_by_taps(city: City, request: pytest.FixtureRequest, kind: str) -> None:
    unplaced(city, "Jl. Ikan Hiu 1", "Jl. Ikan Hiu 2", "Jl. Ikan Hiu 3")
    page = request.getfixturevalue(kind)("endang")
    drawn = homes_map(page)
    expect(page.get_by_text("Sekarang: Jl. Ikan Hiu 1.")).to_be_visible()
    drawn.click(position={"x": 60, "y": 60})
    expect(page.get_by_role("status").filter(has_text="Posisi Jl. Ikan Hiu 1 tersimpan.")).to_be_visible()
    expect(page.locator(".map-mark.home b", has_text=re.compile("^1$"))).to_have_count(1)
    page.get_by_role("button", name="Pilih Jl. Ikan Hiu 3").click()
    expect(page.get_by_text("Sekarang: Jl. Ikan Hiu 3.")).to_be_in_viewport()
    drawn.click(position={"x": 90, "y": 90})
    expect(page.get_by_role("status").filter(has_text="Posisi Jl. Ikan Hiu 3 tersimpan.")).to_be_visible()
    expect(page.get_by_text("Sekarang: Jl. Ikan Hiu 2.")).to_be_visible()
    stand = positions(city)
    assert stand["Jl. Ikan Hiu 1"][0] is not None
    assert (stand["Jl. Ikan Hiu 3"][0] or 0) < stand["Jl. Ikan Hiu 1"][0]
    assert stand["Jl. Ikan Hiu 2"] == (None, None)


def test_a_second_tap_for_one_home_does_not_place_the_next(city: City, phone: Opener) -> None:
    unplaced(city, "Jl. Ikan Hiu 1", "Jl. Ikan Hiu 2")
    page = phone("endang")
    page.clock.set_fixed_time(now())
    drawn = homes_map(page)
    drawn.click(position={"x": 60, "y": 60})
    expect(page.get_by_text("Sekarang: Jl. Ikan Hiu 2.")).to_be_visible()
    drawn.click(position={"x": 62, "y": 60})
    page.clock.set_fixed_time(now() + timedelta(minutes=1))
    drawn.click(position={"x": 90, "y": 90})
    expect(page.get_by_text("Posisi Jl. Ikan Hiu 2 tersimpan.")).to_be_visible()
    stand = positions(city)
    assert (stand["Jl. Ikan Hiu 2"][0] or 0) < (stand["Jl. Ikan Hiu 1"][0] or 0), "the third tap, farther south"


def test_a_tap_while_the_device_is_still_seeking_places_one_home(city: City, phone: Opener) -> None:
    unplaced(city, "Jl. Ikan Hiu 1", "Jl. Ikan Hiu 2")
    page = phone("endang", geolocation={"latitude": -7.7331, "longitude": 113.2161, "accuracy": 30})
    page.clock.install()
    drawn = homes_map(page)
    page.get_by_role("button", name="Saya berdiri di depan rumah ini").click()
    expect(page.get_by_text("Akurasi baru ±30 m. Tunggu sebentar")).to_be_visible()
    drawn.click(position={"x": 60, "y": 60})
    expect(page.get_by_text("Posisi Jl. Ikan Hiu 1 tersimpan.")).to_be_visible()
    page.clock.run_for(21_000)
    expect(page.get_by_text("Posisi Jl. Ikan Hiu 1 tersimpan.")).to_be_visible()
    assert positions(city)["Jl. Ikan Hiu 2"] == (None, None)


def test_without_a_mouse_a_home_is_placed_under_the_cross(city: City, desktop: Opener) -> None:
    unplaced(city, "Jl. Ikan Hiu 1")
    page = desktop("endang")
    homes_map(page)
    page.get_by_role("button", name="Pilih Jl. Ikan Hiu 1").press("Enter")
    expect(page.get_by_role("application", name="Peta kota")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Semua rumah sudah punya posisi")).to_be_visible()
    assert positions(city)["Jl. Ikan Hiu 1"][0] is not None


def test_a_home_is_placed_where_the_leader_stands(city: City, phone: Opener) -> None:
    unplaced(city, "Jl. Ikan Hiu 1")
    page = phone("endang", geolocation={"latitude": -7.7331, "longitude": 113.2161, "accuracy": 8})
    homes_map(page)
    page.get_by_role("button", name="Saya berdiri di depan rumah ini").click()
    expect(page.get_by_role("status").filter(has_text="Akurasi ±8 m.")).to_be_in_viewport()
    assert positions(city)["Jl. Ikan Hiu 1"] == (-7.7331, 8)


def test_a_phone_that_does_not_know_where_it_is_saves_nothing(city: City, phone: Opener) -> None:
    unplaced(city, "Jl. Ikan Hiu 1")
    page = phone("endang", geolocation={"latitude": -7.7331, "longitude": 113.2161, "accuracy": 400})
    page.clock.install()
    homes_map(page)
    page.get_by_role("button", name="Saya berdiri di depan rumah ini").click()
    expect(page.get_by_text("Akurasi baru ±400 m. Tunggu sebentar")).to_be_visible()
    page.clock.run_for(21_000)
    expect(page.get_by_text("Akurasi baru ±400 m, jadi posisi belum disimpan.")).to_be_visible()
    assert positions(city)["Jl. Ikan Hiu 1"] == (None, None)


def test_a_leader_who_stands_outside_of_the_city_is_told_what_would_be_right(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append(UNPROCESSABLE)
    unplaced(city, "Jl. Ikan Hiu 1")
    page = phone("endang", geolocation={"latitude": -7.9, "longitude": 113.2, "accuracy": 8})
    homes_map(page)
    page.get_by_role("button", name="Saya berdiri di depan rumah ini").click()
    expect(page.get_by_text("Ketuk di dalam batas kota, di RT 03 RW 05 Mayangan.")).to_be_visible()
    expect(page.get_by_text("Sekarang: Jl. Ikan Hiu 1.")).to_be_visible()
    assert positions(city)["Jl. Ikan Hiu 1"] == (None, None)


def test_without_a_network_a_tap_says_that_it_is_not_saved_and_the_next_one_is(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append("ERR_FAILED")
    unplaced(city, "Jl. Ikan Hiu 1")
    page = phone("endang")
    drawn = homes_map(page)
    page.route("**/position", lambda route: route.abort())
    drawn.click(position={"x": 60, "y": 60})
    expect(page.get_by_text("Server tidak menjawab, jadi mungkin belum tersimpan.")).to_be_visible()
    page.unroute("**/position")
    drawn.click(position={"x": 60, "y": 60})
    expect(page.get_by_text("Posisi Jl. Ikan Hiu 1 tersimpan.")).to_be_visible()


def test_without_a_script_the_lists_lead_to_the_form_of_each_home(city: City, phone: Opener) -> None:
    unplaced(city, "Jl. Ikan Hiu 1")
    page = phone("endang", java_script_enabled=False)
    page.goto("/residents/map")
    expect(page.get_by_text("Tanpa JavaScript peta tidak dapat ditampilkan.")).to_be_visible()
    expect(page.get_by_role("button", name="Pilih Jl. Ikan Hiu 1")).to_have_count(0)
    page.get_by_role("link", name="Formulir Jl. Ikan Hiu 1").click()
    expect(page.get_by_label("Posisi pintu rumah")).to_be_visible()


# --- files and cards ---


def test_a_file_goes_in_as_it_was_looked_at(city: City, phone: Opener) -> None:
    page = phone("endang")
    page.goto("/residents/import")
    page.get_by_label("Berkas CSV").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("rowheader", name="Baris 4").first).to_be_visible()
    page.get_by_role("button", name="Masukkan 2 orang ke data warga").click()
    expect(page.get_by_text("2 warga ditambahkan.")).to_be_visible()
    page.get_by_label("Nama, alamat, nomor").fill("Santoso")
    page.get_by_role("button", name="Cari").click()
    expect(page.get_by_role("link", name='Budi "Bud" Santoso')).to_be_visible()
    page.goto("/residents?q=Lestari")
    expect(page.get_by_role("link", name="Dewi <b>Lestari</b>")).to_be_visible()


def test_eight_cards_stand_on_a_page_of_paper(city: City, desktop: Opener, tmp_path: Path) -> None:
    with city.database() as cast:
        for number in range(16):
            home = rules.household_at(cast.rt(3), f"Jl. Ikan Hiu {number}")
            rules.enter(home, Person(f"Penghuni {number}"), cast.endang, now())
    page = desktop("endang")
    page.goto("/residents/cards")
    page.get_by_role("button", name="Untuk semua (16)").click()
    expect(page.locator(".claim-card")).to_have_count(16)
    expect(page.get_by_role("button", name="Cetak")).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
    assert re.search(rb"/MediaBox \[0 0 59[45]\.\d+ 84[12]", paper), "not A4"


def test_a_code_from_a_card_becomes_an_account(city: City, phone: Opener) -> None:
    with city.database() as cast:
        home = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12")
        rules.enter(home, Person("Budi Santoso", "+6281234567890"), cast.endang, now())
    leader = phone("endang")
    leader.goto("/residents?q=budi")
    leader.get_by_role("link", name="Budi Santoso").click()
    leader.get_by_role("button", name="Cetak kartu klaim").click()
    code = leader.locator(".code").inner_text()
    page = phone()
    page.goto("/claims")
    page.get_by_label("Kode pada kartu").fill(code)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Nomor HP").fill("0812 3456 7890")
    page.get_by_label("Kata sandi", exact=True).fill("tiga kata mudah")
    page.get_by_role("button", name="Simpan dan masuk").click()
    page.wait_for_url("/onboarding")
    page.goto("/")


def test_a_second_tap_sends_nothing_again(phone: Opener) -> None:
    page = phone("endang")
    page.goto("/residents?show=waiting")
    page.get_by_role("link", name="Karto Suwiryo").click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/verification", lambda route: route.fulfill(status=204))  # the page stays: a slow network
    button = page.get_by_role("button", name="Warga sini: verifikasi")
    button.click()
    button.click()
    page.get_by_text("Bukan warga sini").click()
    assert len(sent) == 1


# --- for everybody ---


def every_page(city: City) -> list[tuple[str, str]]:
    """Who looks at what."""
    with city.database() as cast:
        karto = db.session.query(Resident).filter_by(name="Karto Suwiryo").one()
        person = Person("Budi Santoso", "+6281234567890", "3574032505900007", ("elderly", "infant"), True)
        budi = rules.enter(rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12"), person, cast.endang, now())
        leader = ["/residents", "/residents?q=zzz", "/residents/map", "/residents/new",
                  f"/residents/new?household={budi.household_id}",
                  f"/residents/{budi.id}", f"/residents/{budi.id}/edit", f"/residents/{karto.id}",
                  f"/households/{budi.household_id}", f"/households/{budi.household_id}/edit", "/residents/sign-ups",
                  "/residents/cards", "/residents/import"]  # fmt: skip
    citizen = [("sari", "/residence"), ("karto", "/residence")]
    return [("", "/sign-up"), ("", "/claims"), *citizen, *(("endang", address) for address in leader)]


def problems(page: Page) -> list[tuple[str, ...]]:
    return [(page.url, *problem) for problem in violations(page)]


def test_every_page_is_fit_for_everybody(city: City, phone: Opener, forgive: list[str]) -> None:
    """What a thumb must hit is large enough, no page is wider than the smallest phone, and axe finds nothing wrong."""
    forgive.append(UNPROCESSABLE)
    found: list[tuple[object, ...]] = []
    pages = {user: phone(user) for user in ("", "sari", "karto", "endang")}
    for user, address in every_page(city):
        page = pages[user]
        page.goto(address)
        heights = page.locator(TARGETS).filter(visible=True).evaluate_all(HEIGHTS)
        found += [(address, height, html) for height, html in heights if height < 47.5]
        page.set_viewport_size(SMALLEST)
        if page.evaluate("document.documentElement.scrollWidth") > SMALLEST["width"]:
            found.append((address, "wider than the smallest phone"))
        page.set_viewport_size(PHONE["viewport"])
        page.locator("main details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        found += problems(page)
    leader = pages["endang"]
    leader.goto("/residents/new")
    leader.get_by_role("button", name="Simpan").click()  # every error
    expect(leader.get_by_role("alert")).to_be_visible()
    found += problems(leader)
    leader.goto("/residents/cards")
    leader.get_by_role("button", name="Buat kartu").click()
    expect(leader.locator(".claim-card")).to_be_visible()
    found += problems(leader)
    leader.goto("/residents/import")
    leader.get_by_label("Berkas CSV").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    leader.get_by_role("button", name="Periksa berkas").click()
    expect(leader.get_by_role("button", name="Masukkan")).to_be_visible()
    found += problems(leader)
    assert found == []
