"""Forms of the roster on a phone: nothing of what is chosen is cut off."""

from datetime import timedelta

from meteor.store.database import db
from meteor.store.moments import today
from tests.browser.conftest import City, Opener
from tests.rosters.plans import planned, shift_type

NEEDED = """(one) => {
  const free = one.cloneNode(true);
  Object.assign(free.style, { width: "max-content", maxWidth: "none" });
  one.after(free);
  const { width } = free.getBoundingClientRect();
  free.remove();
  return [width, one.getBoundingClientRect().width];
}"""
"""The width that a list of choices would need, and the one that it has."""


def test_the_hours_of_the_shift_are_whole_on_a_phone(city: City, phone: Opener) -> None:
    with city.database():
        shift_type("P")
        db.session.commit()
    page = phone("hadi")
    page.goto("/rosters/shifts/new?agency=POLRES")
    needed, given = page.get_by_label("Shift", exact=True).evaluate(NEEDED)
    assert needed <= given


def test_the_name_of_a_unit_is_not_broken_where_a_shift_is_offered(city: City, phone: Opener) -> None:
    with city.database() as cast:
        shift = planned("agus", today() + timedelta(days=2), unit=cast.unit("TRAIL-01"))
        db.session.commit()
        address = f"/rosters/own/shifts/{shift.id}/swap"
    page = phone("agus")
    page.goto(address)
    assert page.get_by_text("TRAIL-01", exact=True).evaluate("(one) => getComputedStyle(one).whiteSpace") == "nowrap"
