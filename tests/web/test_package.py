"""What packages share is not replaced by one of them unseen."""

import pytest

from meteor.web.package import Package


@pytest.mark.parametrize("name", ["first", "length", "age", "clock"])
def test_a_filter_of_jinja_or_of_every_page_is_not_replaced(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Package("meteor.rosters").add_app_template_filter(str, name)


def test_a_template_filter_of_another_package_is_not_replaced() -> None:
    rosters, residents = Package("meteor.rosters"), Package("meteor.residents")
    residents.add_app_template_filter(str, "spelled")
    with pytest.raises(ValueError, match="spelled"):
        rosters.add_app_template_filter(repr, "spelled")


def test_packages_may_give_the_same_filter() -> None:
    for name in ("meteor.alerts", "meteor.premises"):
        Package(name).add_app_template_filter(str.casefold, "folded")
