"""Long lists are searched, sorted and paged by the server."""

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.store.database import db
from meteor.territory.models import Landmark
from meteor.web.lists import PAGE_SIZE, Listing, listing

COUNT = 2 * PAGE_SIZE + 1


@pytest.fixture
def landmarks(app: Flask) -> None:
    """101 places on one meridian, one of them with a name full of signs."""
    db.session.query(Landmark).delete()
    for number in range(COUNT - 1):
        db.session.add(Landmark(name=f"Pos {number:03}", latitude=-7.7 + number / 1000, longitude=113.2))
    db.session.add(Landmark(name="Toko 50%_\\ 'Emas'", latitude=-7.9, longitude=113.2))
    db.session.commit()


def asked(app: Flask, query: str = "", filters: tuple[str, ...] = ()) -> Listing:
    with app.test_request_context(f"/places?{query}"):
        return listing(
            select(Landmark),
            sorts={"name": Landmark.name, "north": Landmark.latitude, "east": Landmark.longitude},
            search=(Landmark.name,),
            filters=filters,
        )


@pytest.mark.usefixtures("landmarks")
class TestListing:
    def test_the_first_page_is_sorted_by_the_first_key(self, app: Flask) -> None:
        page = asked(app)
        assert [row.name for row in page.rows[:3]] == ["Pos 000", "Pos 001", "Pos 002"]
        assert (page.total, page.pages, page.first, page.last) == (COUNT, 3, 1, PAGE_SIZE)
        assert (page.direction("name"), page.direction("north")) == ("ascending", None)

    @pytest.mark.both_databases
    def test_no_row_stands_on_two_pages_and_none_is_left_out(self, app: Flask) -> None:
        seen = [row.id for number in (1, 2, 3) for row in asked(app, f"page={number}&sort=-east").rows]
        assert len(seen) == len(set(seen)) == COUNT

    @pytest.mark.both_databases
    def test_a_click_on_the_same_heading_turns_the_order_round(self, app: Flask) -> None:
        page = asked(app, "sort=north")
        assert page.sorted_by("north") == "/places?sort=-north"
        turned = asked(app, "sort=-north")
        assert turned.direction("north") == "descending"
        assert turned.rows[0].latitude == max(row.latitude for row in turned.rows)

    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        ("q", "found"),
        [
            ("pos 003", 1),
            ("003 POS", 1),
            ("pos 00", 10),
            ("%_\\", 1),
            ("'emas'", 1),
            ("%", 1),
            ("_", 1),
            ("nowhere", 0),
        ],
    )
    def test_every_word_must_be_found_and_signs_are_only_signs(self, app: Flask, q: str, found: int) -> None:
        with app.test_request_context("/places", query_string={"q": q}):
            page = listing(select(Landmark), sorts={"name": Landmark.name}, search=(Landmark.name,))
        assert page.total == found
        assert page.narrowed

    @pytest.mark.both_databases
    def test_a_search_is_kept_while_sorting_and_paging(self, app: Flask) -> None:
        page = asked(app, "q=Pos&sort=-name&page=2&agency=3&other=9", filters=("agency",))
        assert page.page_url(1) == "/places?agency=3&q=Pos&sort=-name&page=1"
        assert page.sorted_by("name") == "/places?agency=3&q=Pos&sort=name"

    @pytest.mark.parametrize(("query", "number"), [("page=0", 1), ("page=-4", 1), ("page=99", 3), ("page=x", 1)])
    def test_a_page_that_is_not_there_is_the_nearest_that_is(self, app: Flask, query: str, number: int) -> None:
        page = asked(app, query)
        assert page.page == number
        assert page.rows

    @pytest.mark.parametrize("sort", ["password_hash", "-password_hash", "name;drop", "-"])
    def test_a_column_that_was_not_offered_cannot_be_sorted_by(self, app: Flask, sort: str) -> None:
        assert asked(app, f"sort={sort}").sort == "name"

    @pytest.mark.both_databases
    def test_an_empty_list_has_one_page_and_counts_from_nothing(self, app: Flask) -> None:
        page = asked(app, "q=nowhere")
        assert (page.pages, page.page, page.first, page.last) == (1, 1, 0, 0)
