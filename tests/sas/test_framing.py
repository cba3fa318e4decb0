"""Frames in a stream: however the bytes are cut, the same frames come out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from meteor.sas.dc09.framing import LONGEST, Framer, crc, framed
from tests.sas.dialler import Dialler, crc16, wrap

TWO = [Dialler("1234").sia("NBA001"), Dialler("1234").contact_id("1130 01 001")]


def bodies(frames):
    return [frame[1:-1] for frame in frames]


def test_a_frame_comes_out_without_its_ends():
    assert Framer().feed(TWO[0]) == bodies(TWO[:1])


def test_two_frames_in_one_segment_are_two():
    assert Framer().feed(TWO[0] + TWO[1]) == bodies(TWO)


@given(st.lists(st.integers(0, len(TWO[0] + TWO[1])), max_size=12))
def test_frames_are_the_same_wherever_the_stream_is_cut(cuts):
    stream, framer = TWO[0] + TWO[1], Framer()
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    assert [frame for piece in pieces for frame in framer.feed(piece)] == bodies(TWO)
    assert framer.passed_over == 0
    assert not framer.holds


def test_what_lies_between_frames_is_passed_over_and_counted():
    framer = Framer()
    assert framer.feed(b"hello" + TWO[0] + b"GET / HTTP/1.1\r\n" + TWO[1] + b"bye") == bodies(TWO)
    assert framer.passed_over == len(b"helloGET / HTTP/1.1\r\nbye")


def test_a_frame_that_was_broken_off_does_not_take_the_next_one_with_it():
    framer = Framer()
    assert framer.feed(TWO[0][:20] + TWO[1]) == bodies(TWO[1:])
    assert framer.passed_over == 20


def test_what_is_too_long_for_a_frame_is_given_up_and_not_kept():
    framer = Framer()
    assert framer.feed(b"\n" + b"A" * LONGEST) == []
    assert not framer.holds
    assert framer.feed(b"A" * LONGEST + b"\r" + TWO[0]) == bodies(TWO[:1])
    assert framer.feed(b"\n" + b"B" * LONGEST + b"\r" + TWO[1]) == bodies(TWO[1:])


def test_the_longest_frame_is_one():
    longest = b"\n" + b"A" * (LONGEST - 2) + b"\r"
    assert Framer().feed(longest) == [longest[1:-1]]


@given(st.lists(st.binary(max_size=3 * LONGEST // 2), max_size=6))
def test_no_bytes_make_it_fail_or_hold_more_than_a_frame(pieces):
    framer = Framer()
    for piece in pieces:
        for frame in framer.feed(piece):
            assert len(frame) <= LONGEST - 2
            assert b"\r" not in frame
            assert b"\n" not in frame
        assert len(framer._held) <= LONGEST


def test_the_crc_is_the_published_one():
    assert crc(b"123456789") == 0xBB3D  # the check value of CRC-16/ARC, which this is


@given(st.binary(max_size=300))
def test_the_crc_is_the_one_that_the_standard_counts_bit_by_bit(body):
    assert crc(body) == crc16(body)
    if b"\r" not in body and b"\n" not in body:
        assert framed(body) == wrap(body.decode("latin-1")) or not body.isascii()
