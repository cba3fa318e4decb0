"""One frame read, decrypted and answered, beside how two other implementations read it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pysiaalarm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysiaalarm.event import SIAEvent
from siadc09 import account, message, siadcs

from meteor.sas.dc09 import cipher, messages, replies
from meteor.sas.dc09.cipher import Stale, WrongKey
from meteor.sas.dc09.messages import Damaged, Header, Unreadable
from meteor.store.moments import now
from tests.sas.dialler import Dialler, wrap

KEYS = {
    "AES-128": "00112233445566778899AABBCCDDEEFF",
    "AES-192": "00112233445566778899AABBCCDDEEFF0011223344556677",
    "AES-256": "00112233445566778899AABBCCDDEEFF" * 2,
}
AT = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)


SHAPE = r'"\*?(SIA-DCS|ADM-CID|NULL|OTHER)"[0-9]{4}(R[0-9A-F]{1,6})?L[0-9A-F]{1,6}#[0-9A-F]{1,16}\[[ -~]*'


def header(frame):
    return messages.header(frame[1:-1])


def content(dialler, frame, at=None):
    head = header(frame)
    if head.encrypted:
        return cipher.decrypted(head.rest, bytes.fromhex(dialler.key), at or now())
    return messages.content(head.rest)


def test_a_plain_message_is_read():
    dialler = Dialler("1a2b", receiver="R1F", line="L3")
    frame = dialler.sia("Nri1/BA001", extended="[X113E13.000][Y07S44.000]")
    assert header(frame).account == "1A2B"
    read = content(dialler, frame)
    assert (header(frame).token, header(frame).sequence, header(frame).receiver) == ("SIA-DCS", "0001", "R1F")
    assert read.data == "#1a2b|Nri1/BA001"
    assert read.extended == ("X113E13.000", "Y07S44.000")
    assert abs((read.told_at - now()).total_seconds()) < 60


def test_receiver_and_time_may_be_missing():
    frame = Dialler("1234", stamped=False).sia("NBA001")
    assert header(frame).receiver == ""
    assert messages.content(header(frame).rest).told_at is None


def test_even_the_line_may_be():
    assert header(Dialler("1234", line="").sia("NBA001")).line == ""


@pytest.mark.parametrize("told", ["_25:61:00,11-24-2026", "_00:00:00,02-30-2026", "_", "_12:00"])
def test_a_time_that_is_none_does_not_make_an_alarm_unreadable(told):
    read = messages.content(f"#1234|NBA001]{told}")
    assert (read.data, read.told_at) == ("#1234|NBA001", None)


@pytest.mark.parametrize("cut", [{"crc": 0}, {"crc": 0xFFFF}])
def test_a_wrong_crc_is_damage(cut):
    with pytest.raises(Damaged):
        header(Dialler("1234").sia("NBA001", **cut))


@pytest.mark.parametrize("frame", [b"", b"0", b"12345678", b'zzzz0010"NULL"', b"\xff" * 40, b'"NULL"0000L0#1[]'])
def test_what_is_no_frame_is_damage(frame):
    with pytest.raises(Damaged):
        messages.header(frame)


def test_a_wrong_length_is_not_held_against_a_message_whose_crc_fits():
    assert header(Dialler("1234").sia("NBA001", length=1)).account == "1234"


@pytest.mark.parametrize(
    "body",
    ['"SIA-DCS"001L0#1234[]', '"SIA-DCS"0001L0#XYZ[]', '"SIA-DCS"0001L0[]', '"SIA-DCS"0001L0#1234', '"SIA"DCS"0001[']
)  # fmt: skip
def test_a_header_of_another_form_is_unreadable(body):
    with pytest.raises(Unreadable):
        header(wrap(body))


@pytest.mark.parametrize("text", ["", "no end", "two]ends]", "a]_12:00:00,01-01-2026 and more", "a][b"])
def test_brackets_that_do_not_fit_are_unreadable(text):
    with pytest.raises(Unreadable):
        messages.content(text)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("data", ["NBA001", "", "Nri1/BA001*'Pintu depan'NM"])
def test_what_was_encrypted_is_read_with_its_key(key, data):
    dialler = Dialler("5678", key)
    frame = dialler.sia(data) if data else dialler.poll()
    assert header(frame).encrypted
    assert content(dialler, frame).data == (f"#5678|{data}" if data else "")


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_another_key_opens_nothing(key):
    other = ("F" + key[1:]) if key[0] != "F" else "0" + key[1:]
    with pytest.raises(WrongKey):
        content(Dialler("5678", other), Dialler("5678", key).sia("NBA001"))


@pytest.mark.parametrize("rest", ["", "00", "no hexadecimal", "00" * 16, "00" * 17, "ÄÖ" * 16])
def test_what_is_no_cipher_text_is_no_message(rest):
    with pytest.raises(WrongKey):
        cipher.decrypted(rest, bytes(16), AT)


@pytest.mark.parametrize(
    ("fast", "taken"), [(-40, True), (-41, False), (0, True), (20, True), (21, False), (3600, False)]
)
def test_an_encrypted_message_is_taken_from_40_seconds_old_to_20_seconds_ahead(fast, taken):
    text = cipher.encrypted("NBA001]" + messages.stamp(AT + timedelta(seconds=fast)), bytes(16))
    if taken:
        assert cipher.decrypted(text, bytes(16), AT).data == "NBA001"
    else:
        with pytest.raises(Stale):
            cipher.decrypted(text, bytes(16), AT)


def test_without_its_time_an_encrypted_message_is_none():
    with pytest.raises(WrongKey):
        cipher.decrypted(cipher.encrypted("NBA001]", bytes(16)), bytes(16), AT)


def test_padding_differs_each_time_and_fills_whole_blocks():
    texts = {cipher.encrypted("NBA001]" + messages.stamp(AT), bytes(16)) for _ in range(20)}
    assert len(texts) == 20
    assert all(len(text) % 32 == 0 for text in texts)


def test_an_acknowledgement_names_what_it_acknowledges():
    dialler = Dialler("1234", receiver="R2", line="L7")
    said = dialler.read(replies.ack(header(dialler.sia("NBA001")), AT, None))
    assert (said.word, said.encrypted, said.sequence) == ("ACK", False, "0001")
    assert (said.receiver, said.line, said.account) == ("R2", "L7", "#1234")


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_what_came_encrypted_is_acknowledged_encrypted(key):
    dialler = Dialler("5678", key)
    said = dialler.read(replies.ack(header(dialler.sia("NBA001")), AT, bytes.fromhex(key)))
    assert (said.word, said.encrypted, said.clock) == ("ACK", True, AT)


def test_nak_tells_the_time_in_plain_text():
    said = Dialler("5678", KEYS["AES-128"]).read(replies.nak(AT))
    assert (said.word, said.encrypted, said.clock) == ("NAK", False, AT)


def test_duh_is_never_encrypted():
    dialler = Dialler("5678", KEYS["AES-128"])
    said = dialler.read(replies.duh(header(dialler.sia("NBA001"))))
    assert (said.word, said.encrypted, said.sequence) == ("DUH", False, "0001")


@pytest.mark.parametrize("key", ["", *KEYS.values()], ids=["plain", *KEYS])
def test_siadc09_reads_our_replies(key):
    dialler = Dialler("5678", key, receiver="R2")
    head = header(dialler.sia("NBA001"))
    said = message.parse_frame(replies.ack(head, AT, bytes.fromhex(key) or None), bytes.fromhex(key) or None)
    assert (said.idtoken, said.seq, said.account.acct, said.encrypted) == ("ACK", 1, 0x5678, bool(key))
    said = message.parse_frame(replies.duh(head))
    assert (said.idtoken, said.seq) == ("DUH", 1)


@pytest.mark.parametrize("key", ["", *KEYS.values()], ids=["plain", *KEYS])
def test_what_siadc09_says_is_read(key):
    panel = account.Account(acct=0x5678, pref=0, key=key or None)
    data = siadcs.parse_siadcs(b"#5678|Nri1/BA001")
    event = message.EventMessage(panel, {"idtoken": "SIA-DCS", "data": data, "timestamp": now()})
    frame = event.encode(seq=7)
    assert header(frame).sequence == "0007"
    assert content(Dialler("5678", key), frame).data == "#5678|Nri1/BA001"
    poll = message.NullMessage(panel, now()).encode(seq=8)
    assert content(Dialler("5678", key), poll).data == ""


@pytest.mark.parametrize("key", ["", KEYS["AES-128"]])
@pytest.mark.parametrize("data", ["Nri1/BA001", "Nri2/OP12"])
def test_pysiaalarm_reads_the_dialler_as_we_do(key, data):
    # pysiaalarm takes a key for characters, not for hexadecimal digits
    typed = bytes.fromhex(key).decode("latin-1")
    account = pysiaalarm.SIAAccount("5678")
    account.key, account.key_b = typed or None, bytes.fromhex(key) or None
    dialler = Dialler("5678", key)
    frame = dialler.sia(data)
    theirs = SIAEvent.from_line(frame.decode().strip(), {"5678": account})
    ours = content(dialler, frame)
    assert theirs.valid_message
    assert (theirs.account, theirs.sequence, theirs.timestamp) == ("5678", "0001", ours.told_at)


@given(st.binary(max_size=200))
def test_no_frame_makes_the_reading_fail_in_another_way(frame):
    for body in (frame, b"%04X0000" % 0 + frame, wrap(frame.decode("latin-1"))[1:-1]):
        with suppress(Damaged, Unreadable):
            messages.content(messages.header(body).rest)


@given(st.text(max_size=120), st.binary(min_size=16, max_size=16))
def test_no_cipher_text_makes_the_opening_fail_in_another_way(rest, key):
    for text in (rest, rest.encode().hex(), cipher.encrypted(rest, key)):
        with suppress(WrongKey, Stale):
            cipher.decrypted(text, key, AT)


@given(st.from_regex(SHAPE, fullmatch=True))
def test_every_header_of_the_right_form_is_read(body):
    assert isinstance(header(wrap(body)), Header)
