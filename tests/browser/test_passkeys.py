"""A second factor in a real browser: passkeys on a virtual device, and the code without JavaScript."""

from playwright.sync_api import Page, expect

from tests.accounts.factors import PAGE, STEP, given
from tests.browser.conftest import City, Opener
from tests.cast import PASSWORD


def with_passkeys(page: Page) -> Page:
    """The page in a browser whose device keeps passkeys, and always says yes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kind | ready})
    return page


def at_name(city: City) -> str:
    """METEOR's address by a name: passkeys belong to a domain."""
    return city.address.replace("127.0.0.1", "localhost")


def give_password(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def test_an_officer_adds_a_passkey_and_signs_in_with_it_in_both_ways(city: City, tablet: Opener) -> None:
    page = with_passkeys(tablet(base_url=at_name(city)))
    give_password(page, "agus")
    page.wait_for_url("**/incidents")
    page.goto(PAGE)
    page.get_by_role("button", name="Tambah kunci sandi").click()
    page.get_by_label("Nama kunci sandi").fill("Tablet TRAIL-01")
    page.get_by_role("button", name="Buat kunci sandi").click()
    page.get_by_role("link", name="Sudah saya simpan").click()
    page.goto(PAGE)
    expect(page.get_by_role("heading", name="Tablet TRAIL-01")).to_be_visible()

    page.context.clear_cookies()
    give_password(page, "agus")
    page.wait_for_url(f"**{STEP}")
    page.get_by_role("button", name="Gunakan kunci sandi saya").click()
    page.wait_for_url("**/incidents")

    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("link", name="Masuk dengan kunci sandi").click()
    page.get_by_role("button", name="Gunakan kunci sandi saya").click()
    page.wait_for_url("**/incidents")


def test_a_device_without_the_passkey_says_so_and_asks_again(city: City, phone: Opener) -> None:
    page = with_passkeys(phone(base_url=at_name(city)))
    page.goto("/sign-in/passkey")
    page.get_by_role("button", name="Gunakan kunci sandi saya").click()
    expect(page.get_by_role("alert")).to_contain_text("Peramban tidak memberikan kunci sandi")


def test_the_code_is_typed_without_javascript(city: City, phone: Opener) -> None:
    with city.database() as cast:
        app = given(cast.maya)
    page = phone(java_script_enabled=False)
    give_password(page, "maya")
    page.get_by_role("textbox", name="Kode", exact=True).fill(app.code())
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/calls")


def test_without_javascript_the_page_says_that_passkeys_need_it(phone: Opener) -> None:
    page = phone(java_script_enabled=False)
    page.goto("/sign-in/passkey")
    expect(page.get_by_text("Kunci sandi memerlukan JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Gunakan kunci sandi saya")).to_be_hidden()
