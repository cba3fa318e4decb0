"""One alert from press to closing: Sari's phone and Agus's tablet, at once."""

from playwright.sync_api import expect

from meteor.agencies import rules as agencies
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener

TEN_SECONDS = 10_000


def test_sari_presses_agus_comes_and_every_step_stands_on_the_timeline(
    city: City, phone: Opener, tablet: Opener
) -> None:
    with city.database() as cast:
        agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    sari, agus = phone("sari"), tablet("agus")
    agus.goto("/incidents")
    sari.goto("/")
    headline = sari.locator("#status .headline")

    sari.locator("#button").hover()
    sari.mouse.down()
    sari.wait_for_url("**/alerts/*", timeout=TEN_SECONDS)
    expect(headline).to_contain_text("TERKIRIM")
    sari.mouse.up()

    agus.get_by_role("button", name="Terima").click(timeout=TEN_SECONDS)
    expect(headline).to_have_text("Unit telah menerima tugas", timeout=TEN_SECONDS)
    expect(sari.get_by_text("TRAIL-01")).to_be_visible()

    next_step = agus.locator(".next-step")
    next_step.get_by_role("button", name="Berangkat").click()
    expect(headline).to_have_text("Bantuan sedang datang", timeout=TEN_SECONDS)
    next_step.get_by_role("button", name="Tiba").click(timeout=TEN_SECONDS)
    expect(headline).to_have_text("Bantuan sudah tiba", timeout=TEN_SECONDS)

    next_step.get_by_role("link", name="Tutup").click(timeout=TEN_SECONDS)
    agus.get_by_text("Ditolong", exact=True).click()
    agus.get_by_role("button", name="Tutup").click()
    expect(sari.get_by_text("Anda sudah ditolong.").first).to_be_visible(timeout=TEN_SECONDS)

    with city.database() as cast:
        incident = db.session.query(Incident).one()
        event_types = [event.event_type for event in timeline.of_incident(incident.id)]
        assert event_types == ["received", "offered", "accepted", "en_route", "on_scene", "closed"]
        assert incident.outcome == "helped"
        assert cast.unit("TRAIL-01").status == "available"
