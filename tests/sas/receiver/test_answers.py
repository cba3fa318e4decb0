"""What panels are answered, over TCP and UDP: ACK when it is on disk, NAK and DUH when it is not taken, or nothing."""

from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from siadc09 import account, message, siadcs
from sqlalchemy import func, select, update

from meteor.alerts.models import Alert
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.sas import intake, testing
from meteor.sas.models import Panel, PanelEvent, SeenCiphertext
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.processes.conftest import count, rows
from tests.sas.dialler import Dialler, Tcp, wrap
from tests.sas.receiver.conftest import KEY, Away, Listening, heard, panel_of, said, stored, told

KEYS = {"AES-128": KEY, "AES-192": KEY + KEY[:16], "AES-256": KEY * 2}


class TestWhatIsTaken:
    def test_an_alarm_is_on_disk_when_it_is_acknowledged(self, line: Tcp, shop: Dialler) -> None:
        reply = said(line, shop, shop.sia("Nri1/HA001"))
        assert (reply.word, reply.encrypted, reply.sequence, reply.account) == ("ACK", False, "0001", "#1234")
        [event] = stored()
        assert (event.meaning, event.code, event.zone, event.area) == ("hold_up", "HA", "001", "1")
        assert event.incident_id is not None

    def test_it_is_an_alert_and_an_incident_of_its_premises(self, line: Tcp, shop: Dialler) -> None:
        said(line, shop, shop.contact_id("1122 01 002"))
        [event] = stored()
        assert rows(select(Alert.id, Alert.source)) == [(event.id, "sas")]
        assert rows(select(Incident.premises_id)) == [(panel_of("1234").premises_id,)]

    @pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
    def test_what_is_encrypted_is_acknowledged_encrypted_with_our_time(self, line: Tcp, key: str) -> None:
        panel_of("5678").key = key
        db.session.commit()
        bank = Dialler("5678", key)
        reply = said(line, bank, bank.sia("NFA001"))
        assert (reply.word, reply.encrypted) == ("ACK", True)
        assert reply.clock is not None
        assert abs(reply.clock - now()) < timedelta(seconds=30)
        assert [event.meaning for event in stored()] == ["fire"]

    @pytest.mark.parametrize("names", [("R1F", "L3"), ("", "L0"), ("", "")])
    def test_receiver_and_line_come_back_as_they_were_sent(self, line: Tcp, names: tuple[str, str]) -> None:
        shop = Dialler("1234", receiver=names[0], line=names[1])
        reply = said(line, shop, shop.sia("NBA001"))
        assert (reply.receiver, reply.line) == (names[0], names[1] or "L0")

    def test_a_poll_is_acknowledged_and_leaves_nothing_but_that_it_was_heard(self, line: Tcp, shop: Dialler) -> None:
        before = now()
        assert said(line, shop, shop.poll()).word == "ACK"
        assert heard("1234") >= before
        assert stored() == []

    def test_an_encrypted_poll_too(self, line: Tcp, bank: Dialler) -> None:
        reply = said(line, bank, bank.poll())
        assert (reply.word, reply.encrypted) == ("ACK", True)
        assert heard("5678") is not None

    def test_every_event_of_a_message_is_taken(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, shop.sia("Nri1/BA001/TA002")).word == "ACK"
        assert {event.code for event in stored()} == {"BA", "TA"}

    def test_its_words_and_its_extended_data_are_kept(self, line: Tcp, shop: Dialler) -> None:
        said(line, shop, shop.sia("NBA001^Pintu^", extended="[X113E13.000]"))
        assert [event.said for event in stored()] == ["#1234|NBA001^Pintu^[X113E13.000]"]

    def test_a_byte_that_no_database_takes_does_not_lose_an_alarm(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, shop.sia("NBA001^\0^")).word == "ACK"
        assert [event.said for event in stored()] == ["#1234|NBA001^\ufffd^"]

    def test_a_code_that_nobody_knows_is_an_alarm_for_a_person_to_look_at(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, shop.sia("NZZ009")).word == "ACK"
        assert [event.meaning for event in stored()] == ["unknown"]

    @pytest.mark.parametrize("fast", [-7200, 7200])
    def test_a_plain_message_whose_clock_is_off_is_stored_with_its_skew(
        self, line: Tcp, shop: Dialler, fast: int
    ) -> None:
        shop.fast = fast
        assert said(line, shop, shop.sia("NBA001")).word == "ACK"
        [event] = stored()
        assert abs((event.skew or 0) - fast) < 30
        assert abs(event.received_at - now()) < timedelta(seconds=30)

    def test_one_without_a_time_has_none(self, line: Tcp, shop: Dialler) -> None:
        shop.stamped = False
        assert said(line, shop, shop.sia("NBA001")).word == "ACK"
        assert [(event.told_at, event.skew) for event in stored()] == [(None, None)]

    @pytest.mark.parametrize("key", ["", KEY], ids=["plain", "AES-128"])
    def test_a_dialler_that_none_of_us_wrote_is_understood_and_understands(self, line: Tcp, key: str) -> None:
        number = "5678" if key else "1234"
        panel = account.Account(acct=int(number, 16), pref=0, key=key or None)
        data = siadcs.parse_siadcs(f"#{number}|Nri1/BA001".encode())
        event = message.EventMessage(panel, {"idtoken": "SIA-DCS", "data": data, "timestamp": now()})
        line.send(event.encode(seq=7))
        reply = message.parse_frame(line.receive(), bytes.fromhex(key) or None)
        assert (reply.idtoken, reply.seq, reply.encrypted) == ("ACK", 7, bool(key))
        line.send(message.NullMessage(panel, now()).encode(seq=8))
        assert message.parse_frame(line.receive(), bytes.fromhex(key) or None).seq == 8
        assert [event.code for event in stored()] == ["BA"]


class TestWhatIsSaidAgain:
    def test_the_same_frame_is_one_event_and_acknowledged_each_time(self, line: Tcp, shop: Dialler) -> None:
        frame = shop.sia("NBA001")
        assert [said(line, shop, frame).word for _ in range(3)] == ["ACK"] * 3
        assert count(select(PanelEvent)) == count(select(Alert)) == 1

    @pytest.mark.parametrize("key", ["", KEY], ids=["plain", "AES-128"])
    def test_also_with_a_new_time_and_new_padding(self, line: Tcp, key: str) -> None:
        panel = Dialler("5678" if key else "1234", key)
        assert said(line, panel, panel.sia("NBA001", sequence="0042")).word == "ACK"
        panel.fast = -5
        assert said(line, panel, panel.sia("NBA001", sequence="0042")).word == "ACK"
        assert count(select(PanelEvent)) == 1

    @pytest.mark.parametrize("hours", [-2, 2])
    def test_also_when_the_receivers_clock_jumps_in_between(self, line: Tcp, bank: Dialler, hours: int) -> None:
        with time_machine.travel(now() + timedelta(hours=hours), tick=True):
            assert said(line, bank, bank.sia("NBA001", sequence="0042")).word == "ACK"
        assert said(line, bank, bank.sia("NBA001", sequence="0042")).word == "ACK"
        assert count(select(PanelEvent)) == 1

    def test_another_number_is_another_event(self, line: Tcp, bank: Dialler) -> None:
        for _ in range(2):
            said(line, bank, bank.sia("NBA001"))
        assert count(select(PanelEvent)) == 2

    def test_other_words_under_the_same_number_are_another_event(self, line: Tcp, shop: Dialler) -> None:
        for zone in ("001", "002"):
            said(line, shop, shop.sia(f"NBA{zone}", sequence="0001"))
        assert count(select(PanelEvent)) == 2

    def test_a_panel_that_began_to_count_anew_is_not_repeating_itself(self, line: Tcp, bank: Dialler) -> None:
        said(line, bank, bank.sia("NBA001", sequence="0001"))
        before = now() - timedelta(minutes=6)
        up_since = PanelEvent.uptime - 6 * 60
        db.session.execute(update(PanelEvent).values(received_at=before, told_at=before, uptime=up_since))
        db.session.commit()
        said(line, bank, bank.sia("NBA001", sequence="0001"))
        assert count(select(PanelEvent)) == 2

    def test_nor_when_the_clock_went_back_and_shows_the_time_of_the_first_again(self, line: Tcp, bank: Dialler) -> None:
        said(line, bank, bank.sia("NBA001", sequence="0001"))
        up_since = PanelEvent.uptime - 6 * 60
        db.session.execute(update(PanelEvent).values(told_at=now() - timedelta(minutes=6), uptime=up_since))
        db.session.commit()
        said(line, bank, bank.sia("NBA001", sequence="0001"))
        assert count(select(PanelEvent)) == 2

    @pytest.mark.parametrize(("minutes", "events"), [(1, 1), (6, 2)])
    def test_of_what_came_before_the_machine_was_started_again_the_clock_decides(
        self, line: Tcp, bank: Dialler, minutes: int, events: int
    ) -> None:
        said(line, bank, bank.sia("NBA001", sequence="0001"))
        before = now() - timedelta(minutes=minutes)
        earlier = {"received_at": before, "told_at": before, "boot_id": "the start before"}
        db.session.execute(update(PanelEvent).values(uptime=PanelEvent.uptime + 60, **earlier))
        db.session.commit()
        said(line, bank, bank.sia("NBA001", sequence="0001"))
        assert count(select(PanelEvent)) == events

    def test_what_was_only_a_test_hides_no_alarm(self, line: Tcp, shop: Dialler, cast: Cast) -> None:
        test = testing.begin_test(panel_of("1234").premises, None, timedelta(minutes=30), "", now(), cast.tuti)
        db.session.commit()
        frame = shop.sia("NHA001", sequence="0001")
        for _ in range(2):
            assert said(line, shop, frame).word == "ACK"
        assert [event.test for event in stored()] == [True]
        testing.end_test(test, now(), cast.tuti)
        db.session.commit()
        assert said(line, shop, frame).word == "ACK"
        assert [event.test for event in stored()] == [True, False]
        assert rows(select(Incident.status)) == [("open",)]

    def test_nor_does_what_is_over_unless_it_is_of_the_same_moment(self, line: Tcp, shop: Dialler, cast: Cast) -> None:
        frame = shop.sia("NHA001", sequence="0001")
        said(line, shop, frame)
        incidents.close(db.session.scalars(select(Incident)).one(), "false_alarm", "", now(), cast.komang)
        db.session.commit()
        said(line, shop, frame)
        assert rows(select(Incident.status)) == [("closed",)]
        shop.fast = 30
        said(line, shop, shop.sia("NHA001", sequence="0001"))
        assert rows(select(Incident.status).order_by(Incident.id)) == [("closed",), ("open",)]

    def test_one_that_could_not_reach_us_for_an_hour_is(self, line: Tcp, shop: Dialler) -> None:
        frame = shop.sia("NBA001")
        said(line, shop, frame)
        db.session.execute(update(PanelEvent).values(received_at=now() - timedelta(hours=1)))
        db.session.commit()
        said(line, shop, frame)
        assert count(select(PanelEvent)) == 1


class TestWhatIsNotTaken:
    """… is not stored, does not count as a sign of life, and the dispatchers are told."""

    def test_another_key(self, line: Tcp, bank: Dialler) -> None:
        thief = Dialler("5678", "F" * 32)
        reply = said(line, thief, thief.sia("NBC001"))
        assert (reply.word, reply.encrypted) == ("NAK", False)
        assert reply.clock is not None
        assert abs(reply.clock - now()) < timedelta(seconds=30)
        self.nothing_but_a_notice("panel_key", "5678")

    def test_a_key_where_none_was_agreed(self, line: Tcp) -> None:
        shop = Dialler("1234", KEY)
        assert said(line, shop, shop.sia("NBA001")).word == "NAK"
        self.nothing_but_a_notice("panel_key", "1234")

    def test_a_panel_whose_stored_key_cannot_be_opened(
        self, line: Tcp, bank: Dialler, shop: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        panel_of("5678").key_sealed = b"sealed under a key that is lost"
        db.session.commit()
        assert [said(line, bank, bank.sia("NBA001")).word for _ in range(3)] == ["NAK"] * 3
        self.nothing_but_a_notice("panel_locked", "5678")
        assert caplog.text.count("cannot be unsealed") == 1
        assert said(line, shop, shop.sia("NHA001")).word == "ACK"

    @pytest.mark.parametrize("fast", [-60, 60])
    def test_an_encrypted_message_whose_time_is_not_now(self, line: Tcp, bank: Dialler, fast: int) -> None:
        bank.fast = fast
        assert said(line, bank, bank.sia("NBA001")).word == "NAK"
        self.nothing_but_a_notice("panel_clock", "5678")

    @pytest.mark.parametrize("frame", ["sia", "poll"])
    def test_plain_text_from_a_panel_that_has_a_key(self, line: Tcp, frame: str) -> None:
        thief = Dialler("5678")
        assert said(line, thief, thief.poll() if frame == "poll" else thief.sia("NCL001")).word == "NAK"
        self.nothing_but_a_notice("panel_plain", "5678")

    @pytest.mark.parametrize("key", ["", KEY], ids=["plain", "AES-128"])
    def test_an_account_that_nobody_has_entered(self, line: Tcp, key: str) -> None:
        nobody = Dialler("ABCD", key)
        assert said(line, nobody, nobody.sia("NBA001")).word == "NAK"
        self.nothing_but_a_notice("panel_unknown", "ABCD")

    def test_a_panel_that_was_switched_off(self, line: Tcp, shop: Dialler) -> None:
        db.session.execute(update(Panel).where(Panel.account == "1234").values(active=False))
        db.session.commit()
        assert said(line, shop, shop.sia("NBA001")).word == "NAK"
        self.nothing_but_a_notice("panel_unknown", "1234")

    def nothing_but_a_notice(self, kind: str, account: str) -> None:
        assert stored() == []
        assert told() == [(kind, "dispatcher", account)]
        assert rows(select(func.count()).select_from(Panel).where(Panel.heard_at.is_not(None))) == [(0,)]


class TestTooManyEvents:
    """The most urgent 16 of a message are taken; the dispatchers are told how many were left out."""

    def test_the_dispatchers_are_told_how_many_were_left_out(self, line: Tcp, shop: Dialler) -> None:
        codes = "/".join(f"BA{zone:03d}" for zone in range(1, 301))
        assert said(line, shop, shop.sia(f"N{codes}/HA400")).word == "ACK"
        assert len(stored()) == 16
        assert "hold_up" in {event.meaning for event in stored()}
        [detail] = rows(select(Notice.detail).where(Notice.kind == "panel_too_many"))[0]
        assert (detail["taken"], detail["left_out"], detail["premises"]) == (16, 285, "Toko Emas Semeru")

    def test_the_same_code_of_the_same_zone_is_one_event(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, shop.sia("NBA001/BA001/BR001/BA002")).word == "ACK"
        assert sorted((event.code, event.zone) for event in stored()) == [("BA", "001"), ("BA", "002"), ("BR", "001")]
        assert complaints() == []

    def test_a_message_with_sixteen_events_that_is_said_again_is_stored_once(self, line: Tcp, shop: Dialler) -> None:
        frame = shop.sia("N" + "/".join(f"BA{zone:03d}" for zone in range(1, 17)))
        assert [said(line, shop, frame).word for _ in range(2)] == ["ACK", "ACK"]
        assert count(select(PanelEvent)) == count(select(Alert)) == 16


class TestWhatWasAlteredOnItsWay:
    """The header of an encrypted message can be rewritten by anybody: it must fit what was encrypted."""

    def test_an_alarm_under_the_header_of_a_poll_is_refused_and_taken_as_it_was(self, line: Tcp, bank: Dialler) -> None:
        frame = bank.sia("Nri1/HA001")
        assert said(line, bank, rewritten(frame, "*SIA-DCS", "*NULL")).word == "NAK"
        assert (stored(), heard("5678")) == ([], None)
        assert told() == [("panel_altered", "dispatcher", "5678")]
        assert said(line, bank, frame).word == "ACK"
        assert [event.meaning for event in stored()] == ["hold_up"]

    @pytest.mark.parametrize("blocks", [3, 4, 5])
    @pytest.mark.parametrize("poll", ["*NULL", "*XNM"])
    def test_so_is_the_end_of_an_alarm_that_was_cut_off(self, line: Tcp, bank: Dialler, poll: str, blocks: int) -> None:
        frame = bank.contact_id("1122 01 001", extended="[X113E13.000]")
        head, _, sealed = frame[9:-1].decode().replace("*ADM-CID", poll).partition("[")
        assert said(line, bank, wrap(f"{head}[{sealed[-32 * blocks :]}")).word == "NAK"
        assert (stored(), heard("5678")) == ([], None)

    @pytest.mark.parametrize(("before", "after"), [("*SIA-DCS", "*ADM-CID"), ("#5678", "#9ABC"), ("*SIA-DCS", "*XNM")])
    def test_an_alarm_under_another_kind_or_account_is_refused(
        self, line: Tcp, bank: Dialler, before: str, after: str
    ) -> None:
        twin = Panel(premises_id=panel_of("5678").premises_id, account="9ABC", key=KEY)
        db.session.add(twin)
        db.session.commit()
        assert said(line, bank, rewritten(bank.sia("Nri1/HA001"), before, after)).word == "NAK"
        assert stored() == []
        assert [kind for kind, _, _ in told()] == ["panel_altered"]

    def test_a_poll_with_data_in_plain_text_is_only_a_poll(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, shop.frame("NULL", "#1234|NBA001")).word == "ACK"


@pytest.mark.both_databases
class TestWhatWasRecorded:
    """An encrypted message is taken under one header only, for as long as its time is near enough."""

    @pytest.mark.parametrize("kind", ["sia", "poll"])
    def test_under_another_number_it_is_refused(self, line: Tcp, bank: Dialler, kind: str) -> None:
        frame = bank.poll(sequence="0007") if kind == "poll" else bank.sia("NBA001", sequence="0007")
        assert said(line, bank, frame).word == "ACK"
        assert said(line, bank, rewritten(frame, '"0007', '"0008')).word == "NAK"
        assert len(stored()) == (kind == "sia")
        assert complaints() == ["panel_replayed"]

    def test_also_with_its_padding_changed(self, line: Tcp, bank: Dialler) -> None:
        frame = bank.sia("Nri1/BA001")
        head, _, sealed = frame[9:-1].decode().partition("[")
        assert said(line, bank, frame).word == "ACK"
        other = f"{int(sealed[0], 16) ^ 1:X}"
        assert said(line, bank, wrap(f"{head.replace('0001', '0002')}[{other}{sealed[1:]}")).word == "NAK"
        assert count(select(PanelEvent)) == 1

    def test_the_same_frame_again_is_acknowledged_and_stored_once(self, line: Tcp, bank: Dialler) -> None:
        frame = bank.sia("NBA001")
        assert [said(line, bank, frame).word for _ in range(3)] == ["ACK"] * 3
        assert count(select(PanelEvent)) == 1

    def test_another_receiver_on_the_same_database_remembers_it(
        self, receiver: Listening, app: Flask, bank: Dialler
    ) -> None:
        frame = bank.sia("NBA001", sequence="0007")
        with closing(Tcp(receiver.port)) as line:
            assert said(line, bank, frame).word == "ACK"
        receiver.stop()
        after = Listening(app)
        try:
            with closing(Tcp(after.port)) as line:
                assert said(line, bank, rewritten(frame, '"0007', '"0008')).word == "NAK"
                assert said(line, bank, frame).word == "ACK"
        finally:
            after.stop()
        assert count(select(PanelEvent)) == 1

    def test_what_is_too_old_anyway_is_forgotten(self, line: Tcp, bank: Dialler) -> None:
        said(line, bank, bank.poll())
        for minutes, kept in ((1, 1), (7, 0)):
            intake.forget(now() + timedelta(minutes=minutes))
            db.session.commit()
            assert count(select(SeenCiphertext)) == kept


class TestWhatNothingProves:
    """A panel without a key has to send from its registered address; otherwise its alarm rings as unconfirmed."""

    def test_a_panel_without_key_and_address_raises_an_unconfirmed_alarm(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, shop.sia("NHA001")).word == "ACK"
        assert [event.unconfirmed for event in stored()] == [True]
        assert is_unconfirmed()

    @pytest.mark.parametrize(("source", "unconfirmed"), [("127.0.0.0/8", False), ("203.0.113.7", True)])
    def test_its_registered_address_confirms_it(self, line: Tcp, shop: Dialler, source: str, unconfirmed: bool) -> None:
        panel_of("1234").source = source
        db.session.commit()
        assert said(line, shop, shop.sia("NHA001")).word == "ACK"
        assert [event.unconfirmed for event in stored()] == [unconfirmed]
        assert is_unconfirmed() == unconfirmed

    def test_a_key_confirms_it(self, line: Tcp, bank: Dialler) -> None:
        said(line, bank, bank.sia("NHA001"))
        assert [event.unconfirmed for event in stored()] == [False]

    def test_a_confirmed_alarm_confirms_its_incident(self, line: Tcp, shop: Dialler) -> None:
        said(line, shop, shop.sia("NHA001"))
        panel_of("1234").source = "127.0.0.1"
        db.session.commit()
        said(line, shop, shop.sia("NHA002"))
        said(line, shop, shop.sia("NHA001"))
        assert not is_unconfirmed()


class TestWhatNobodyUnderstands:
    @pytest.mark.parametrize("token", ["ACR-SF", "SIA-PUL"])
    def test_a_token_that_we_do_not_speak(self, line: Tcp, shop: Dialler, token: str) -> None:
        reply = said(line, shop, shop.frame(token, "#1234|NBA001"))
        assert (reply.word, reply.sequence, reply.account) == ("DUH", "0001", "#1234")
        assert stored() == []
        assert told() == [("panel_unread", "dispatcher", "1234")]
        assert heard("1234") is not None  # it is there, and that is a sign of life

    @pytest.mark.parametrize("data", ["", "nonsense", "|||"])
    def test_a_message_that_says_nothing(self, line: Tcp, bank: Dialler, data: str) -> None:
        assert said(line, bank, bank.sia(data)).word == "DUH"
        assert stored() == []

    def test_a_frame_without_an_account(self, line: Tcp, shop: Dialler) -> None:
        assert said(line, shop, wrap('"SIA-DCS"0001L0[NBA001]')).word == "DUH"


def test_the_dispatchers_are_told_of_a_panel_once_a_day_for_each_reason(line: Tcp, bank: Dialler) -> None:
    thief, late = Dialler("5678", "F" * 32), Dialler("5678", KEY, fast=-600)
    for panel in (thief, thief, late, late, thief):
        said(line, panel, panel.sia("NBA001"))
    assert [kind for kind, _, _ in told()] == ["panel_key", "panel_clock"]


def test_a_panel_that_was_just_entered_is_heard_at_once(line: Tcp) -> None:
    new = Dialler("ABCD")
    assert said(line, new, new.sia("NHA001")).word == "NAK"
    db.session.add(Panel(premises_id=panel_of("1234").premises_id, account="ABCD"))
    db.session.commit()
    assert said(line, new, new.sia("NHA001")).word == "ACK"


def test_of_an_unknown_account_nothing_is_written_after_the_first_notice(line: Tcp) -> None:
    nobody = Dialler("ABCD")
    said(line, nobody, nobody.sia("NBA001"))
    with Away():
        assert [said(line, nobody, nobody.sia("NBA001")).word for _ in range(20)] == ["NAK"] * 20


def complaints() -> list[str]:
    """What the dispatchers were told of panels."""
    return [kind for kind, _, _ in told() if kind.startswith("panel_")]


def is_unconfirmed() -> bool:
    """Whether the only incident has this flag."""
    [(flags,)] = rows(select(Incident.flags))
    return "unconfirmed" in flags


def rewritten(frame: bytes, before: str, after: str) -> bytes:
    """A frame with another header, as anybody on the way can make it: the CRC is no secret."""
    head, _, rest = frame[9:-1].decode().partition("[")
    return wrap(f"{head.replace(before, after)}[{rest}")


def test_whoever_invents_accounts_does_not_fill_the_screens(line: Tcp) -> None:
    for number in range(60):
        nobody = Dialler(f"{0xA000 + number:X}")
        assert said(line, nobody, nobody.poll()).word == "NAK"
    assert len(told()) == 32


def test_a_wrong_crc_is_not_answered_and_what_follows_is(line: Tcp, shop: Dialler) -> None:
    line.send(shop.sia("NBA001", crc=0))
    reply = said(line, shop, shop.sia("NBA002"))
    assert (reply.word, reply.sequence) == ("ACK", "0002")
    assert [event.zone for event in stored()] == ["002"]
