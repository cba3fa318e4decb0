"""Forms of the roster on a phone: nothing of what is chosen is cut off."""

from meteor.store.database import db
from tests.browser.conftest import City, Opener
from tests.rosters.plans import shift_type

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
