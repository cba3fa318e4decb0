"""Breadcrumbs of the administrator's pages, and of the pages of premises."""

import re
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.conftest import Browser
from tests.premises.places import shop

AsUser = Callable[[str], Browser]


def crumbs(page: str) -> tuple[list[str], str]:
    """The addresses of the breadcrumbs, and the name of the last one, the page itself."""
    found = re.search(r'<nav class="crumbs" aria-label="[^"]+">(.*?)</nav>', page, re.DOTALL)
    last = re.search(r'<li aria-current="page">(.*?)</li>\s*</ol>', found[1]) if found else None
    return (re.findall(r'<a href="([^"]*)"', found[1]), last[1]) if found and last else ([], "")


def test_a_list_stands_below_the_start_page(as_user: AsUser) -> None:
    assert crumbs(as_user("tuti").get("/admin/users").text) == (["/admin"], "Pengguna")


def test_a_record_stands_below_its_list(as_user: AsUser, cast: Cast) -> None:
    page = as_user("tuti").get(f"/admin/users/{cast.sari.id}").text
    assert crumbs(page) == (["/admin", "/admin/users"], cast.sari.name)


def test_a_list_below_another_stands_below_it(as_user: AsUser) -> None:
    page = as_user("tuti").get("/admin/areas/landmarks/new").text
    assert crumbs(page) == (["/admin", "/admin/areas", "/admin/areas/landmarks"], "Tempat baru")


def test_a_part_of_a_record_stands_below_the_record(as_user: AsUser, cast: Cast) -> None:
    type_page = f"/admin/incident-types/{cast.incident_type('medical').id}"
    above, _ = crumbs(as_user("tuti").get(f"{type_page}/script/advice/new").text)
    assert above == ["/admin", "/admin/incident-types", type_page, f"{type_page}/script"]


@pytest.mark.parametrize(("username", "address"), [("komang", "/admin/panels"), ("agus", "/incidents"), ("sari", "/")])
def test_pages_of_others_have_none(as_user: AsUser, username: str, address: str) -> None:
    assert crumbs(as_user(username).get(address).text) == ([], "")


def test_the_home_page_itself_has_none(as_user: AsUser) -> None:
    assert crumbs(as_user("tuti").get("/admin").text) == ([], "")


BELOW = pytest.mark.parametrize(
    ("part", "name"), [("panels", "Panel · Toko Emas Semeru"), ("tests", "Uji coba · Toko Emas Semeru"),
                       ("contacts/new", "Kontak baru")],
)  # fmt: skip


@BELOW
def test_a_page_below_the_only_premises_of_a_business_leads_back_to_them(
    as_user: AsUser, cast: Cast, part: str, name: str
) -> None:
    premises = f"/premises/{shop().id}"
    assert crumbs(as_user("toko").get(f"{premises}/{part}").text) == (["/sas/start", premises], name)
    assert crumbs(as_user("toko").get(premises).text) == ([], "")


@BELOW
def test_with_several_premises_the_list_stands_above_them(as_user: AsUser, cast: Cast, part: str, name: str) -> None:
    premises, _ = f"/premises/{shop().id}", shop("Toko Emas Bromo")
    assert crumbs(as_user("toko").get(f"{premises}/{part}").text) == (["/sas/start", "/premises", premises], name)
    assert crumbs(as_user("toko").get(premises).text) == (["/sas/start", "/premises"], "Toko Emas Semeru")


@pytest.mark.parametrize("part", ["tests", "contacts/new", "contacts/{}"])
def test_the_administrator_comes_back_to_the_administrators_page_of_them(
    as_user: AsUser, cast: Cast, part: str
) -> None:
    premises = shop()
    page = as_user("tuti").get(f"/premises/{premises.id}/{part.format(premises.contacts[0].id)}").text
    assert crumbs(page)[0] == ["/admin", "/admin/premises", f"/admin/premises/{premises.id}"]
