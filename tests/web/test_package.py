"""What packages share is not replaced by one of them unseen."""

import pytest

from meteor.web.package import Package


def test_a_template_filter_of_another_package_is_not_replaced() -> None:
    rosters, residents = Package("meteor.rosters"), Package("meteor.residents")
    residents.add_app_template_filter(str, "spelled")
    with pytest.raises(ValueError, match="spelled"):
        rosters.add_app_template_filter(repr, "spelled")


def test_packages_may_give_the_same_filter() -> None:
    for name in ("meteor.alerts", "meteor.premises"):
        Package(name).add_app_template_filter(str.casefold, "folded")
