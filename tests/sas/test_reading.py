"""What a panel says, read into events: SIA's blocks and Contact ID, the codes of both, and nothing dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysiaalarm.utils import ADM_MAPPING
from siadc09 import dc03, dc05

from meteor.sas import codes
from meteor.sas.codes import Event
from meteor.sas.dc09.messages import Content, Header, Unreadable
from meteor.sas.dc09.reading import events


def read(token, data):
    return events(Header(token, False, "0001", "", "L0", "1234", ""), Content(data)).taken


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("#1234|Nri1/BA001", Event("BA", "burglary", area="1", zone="001")),
        ("|Nri1/BA001*'text'NM", Event("BA", "burglary", area="1", zone="001")),
        ("Nri1/BA001*'text'NM", Event("BA", "burglary", area="1", zone="001")),
        ("#1234|NBA1", Event("BA", "burglary", zone="001")),
        ("#1234|NBA0012^Pintu FA depan^", Event("BA", "burglary", zone="012")),
        ("#1234|Nri1^Lantai 1^id5^Budi^BA12", Event("BA", "burglary", area="1", zone="012", user="5")),
        ("#1234|BA001", Event("BA", "burglary", zone="001")),
        ("#1234|ri01/HA02", Event("HA", "hold_up", area="1", zone="002")),
        ("#1234|OBA1", Event("BA", "burglary", zone="001")),
        ("#1234|NNA001", Event("NA", "trouble", zone="001")),
        ("#1234|NOP3", Event("OP", "opening", user="3")),
        ("#1234|OP3", Event("OP", "opening", user="3")),
        ("#1234|Nid12/CL", Event("CL", "closing", user="12")),
        ("#1234|Nti12:34:56/ri1/BR0A", Event("BR", "burglary", True, "1", "00A")),
        ("#1234|NRP0000", Event("RP", "test")),
        ("#1234|NZZ9", Event("ZZ", "unknown", zone="009")),
    ],
)
def test_a_block_of_sia_is_read(data, event):
    assert read("SIA-DCS", data) == [event]


def test_several_events_of_one_message_are_several():
    found = read("SIA-DCS", "#1234|Nri1/BA01/BA02/ri2/BR03|NPA4|AHELLO THERE")
    assert [(event.code, event.area, event.zone) for event in found] == [
        ("BA", "1", "001"), ("BA", "1", "002"), ("BR", "2", "003"), ("PA", "", "004"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("#1234|1130 01 001", Event("130", "burglary", area="1", zone="001")),
        ("|1130 01 001", Event("130", "burglary", area="1", zone="001")),
        ("3130 01 001", Event("130", "burglary", True, "1", "001")),
        ("6130 01 001", Event("130", "burglary", area="1", zone="001")),
        ("1122 00 000", Event("122", "hold_up")),
        ("1121 02 007", Event("121", "duress", area="2", user="7")),
        ("1423 01 005", Event("423", "burglary", area="1", zone="005")),
        ("1401 00 012", Event("401", "opening", user="12")),
        ("3401 00 012", Event("401", "closing", user="12")),
        ("6302 00 000", Event("302", "status")),
        ("1602 00 000", Event("602", "test")),
        ("1999 01 001", Event("999", "unknown", area="1", zone="001")),
    ],
)
def test_contact_id_is_read(data, event):
    assert read("ADM-CID", data) == [event]


@pytest.mark.parametrize(
    ("token", "data"),
    [
        ("SIA-DCS", ""),
        ("SIA-DCS", "#1234"),
        ("SIA-DCS", "#1234|AHELLO"),
        ("SIA-DCS", "#1234|hello"),
        ("ADM-CID", "1130 01"),
        ("ADM-CID", "2130 01 001"),
        ("OWN", "#1234|NBA001"),
    ],
)
def test_what_has_no_event_in_it_is_unreadable(token, data):
    with pytest.raises(Unreadable):
        read(token, data)


def test_a_poll_has_no_events():
    assert read("NULL", "") == []


SIA = {
    "BA": "burglary", "PA": "hold_up", "HA": "hold_up", "FA": "fire", "MA": "medical", "QA": "medical", "GA": "gas",
    "TA": "tamper", "AT": "power", "LT": "communication", "YT": "battery", "RP": "test", "RX": "test",
    "CL": "closing", "OP": "opening", "OC": "cancel", "BC": "cancel", "BB": "bypass", "BT": "trouble",
    "WA": "environment", "UA": "alarm", "KA": "fire", "BV": "burglary",
}  # fmt: skip


@pytest.mark.parametrize(("code", "meaning"), SIA.items())
def test_what_sias_codes_mean(code, meaning):
    assert codes.sia(code) == (meaning, False)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [("BR", "burglary"), ("BH", "burglary"), ("AR", "power"), ("YR", "battery"), ("BJ", "trouble"), ("HR", "hold_up"),
     ("TR", "tamper"), ("LR", "communication"), ("BU", "bypass")],
)  # fmt: skip
def test_what_sias_restores_mean(code, meaning):
    assert codes.sia(code) == (meaning, True)


CONTACT_ID = {
    "100": "medical", "101": "medical", "110": "fire", "114": "fire", "120": "hold_up", "121": "duress",
    "122": "hold_up", "123": "hold_up", "130": "burglary", "134": "burglary", "137": "tamper", "139": "burglary",
    "151": "gas", "301": "power", "302": "battery", "350": "communication", "380": "trouble", "383": "tamper",
    "384": "battery", "401": "opening", "406": "cancel", "570": "bypass", "601": "test", "602": "test",
}  # fmt: skip


@pytest.mark.parametrize(("code", "meaning"), CONTACT_ID.items())
def test_what_contact_ids_codes_mean(code, meaning):
    assert codes.contact_id(code, "1") == (meaning, False)


def test_every_code_of_the_standards_lists_has_a_meaning():
    """The lists are siadc09's of DC-03-2017 and DC-05-2016; codes left to manufacturers and receivers have none."""
    assert [code for code in dc03.EVENT if codes.sia(code)[0] == "unknown"] == []
    theirs = [code for code in dc05.EVENT if codes.contact_id(code, "1")[0] == "unknown"]
    assert [code for code in theirs if code[0] not in "679"] == []
    assert {codes.sia(code)[0] for code in dc03.EVENT} <= set(codes.MEANINGS)


def test_of_openings_and_access_the_standards_list_says_which_are_about_a_user():
    theirs = {code: entry["addr"] == "User" for code, entry in dc05.EVENT.items() if code[0] == "4"}
    assert {code: codes.about_a_user(code) for code in theirs} == theirs


def test_contact_ids_alarms_mean_what_pysiaalarm_says_in_sia():
    ours = {code: codes.contact_id(code, "1")[0] for code in ADM_MAPPING if code < "200"}
    theirs = {code: codes.sia(ADM_MAPPING[code]["1"])[0] for code in ours}
    assert {code: (ours[code], theirs[code]) for code in ours if ours[code] != theirs[code]} == {
        "113": ("fire", "environment"),  # the water that flows is in a sprinkler's pipe
        "121": ("duress", "hold_up"),  # SIA has no code of its own for duress
        "124": ("duress", "hold_up"),
        "125": ("duress", "hold_up"),
        "140": ("alarm", "burglary"),  # general: of no stated kind
        "146": ("burglary", "hold_up"),  # a silent burglary is one still
        "158": ("environment", "fire"),  # a high temperature, in a cold store
    }


@given(st.text(max_size=80))
def test_no_data_makes_the_reading_fail_in_another_way(data):
    for token in ("SIA-DCS", "ADM-CID", "NULL", "OTHER"):
        try:
            for event in read(token, data):
                assert event.meaning in codes.MEANINGS
        except Unreadable:
            pass


@given(st.from_regex(r"[NO](ri[0-9]{1,3}/)?[A-Z]{2}[0-9A-F]{0,4}", fullmatch=True))
def test_a_block_of_the_right_form_always_has_an_event(block):
    assert read("SIA-DCS", f"#1234|{block}")
