"""Which addresses a panel may send from."""

import pytest

from meteor.sas.admission import is_within, written


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::5", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/10"),
    ],
)
def test_an_address_lies_in_its_network(address: str, source: str) -> None:
    assert is_within(address, source)


@pytest.mark.parametrize(
    ("address", "source"),
    [("203.0.114.7", "203.0.113.0/24"), ("2001:db8::5", "203.0.113.0/24"), ("?", "203.0.113.7"), ("", "0.0.0.0/0")],
)
def test_other_addresses_do_not(address: str, source: str) -> None:
    assert not is_within(address, source)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("203.0.113.7", "203.0.113.7"), ("203.0.113.7/32", "203.0.113.7"), ("203.0.113.7/24", "203.0.113.0/24"),
     ("2001:DB8::/32", "2001:db8::/32")],
)  # fmt: skip
def test_a_network_is_written_in_one_way(typed: str, kept: str) -> None:
    assert written(typed) == kept
