"""A hundred clients that sign in all the time: presses do not wait for their passwords to be hashed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import count
from threading import Event, Thread

import pytest

from tests.attacks.conftest import LIMIT, Citizens
from tests.processes.conftest import LONGEST, Servers

pytestmark = pytest.mark.alone

CLIENTS = 100
TOO_MANY = 400  # at once, in two workers that let 64 wait each


class Guessers:
    """Clients who try a password for another name each time, until they are told to stop."""

    def __init__(self, servers: Servers) -> None:
        self.port, self.names, self.addresses, self.over = servers.port, count(), count(), Event()
        self.headers = {
            "Cookie": servers.cookie(None), "X-CSRFToken": servers.token(),
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        self.answers: Counter[int] = Counter()
        self.refusal = b""

    def guess(self, connection: HTTPConnection) -> None:
        form = f"username=tamu{next(self.names)}&password=salah-sekali"
        connection.request("POST", "/sign-in", form, self.headers)
        answer = connection.getresponse()
        self.answers[answer.status] += 1
        body = answer.read()
        if answer.status == 503:
            self.refusal = body
            assert answer.headers["Retry-After"] == "10"

    def connection(self) -> HTTPConnection:
        """A connection from an address of its own: tries from one address would be slowed down before a hash."""
        number = next(self.addresses)
        address = f"127.1.{number // 250}.{number % 250 + 1}"
        return HTTPConnection("127.0.0.1", self.port, timeout=LONGEST, source_address=(address, 0))

    def keep_guessing(self) -> None:
        with closing(self.connection()) as connection:
            self.guess(connection)
            while not self.over.is_set():
                self.guess(connection)

    def guess_once(self) -> None:
        with closing(self.connection()) as connection:
            self.guess(connection)


@contextmanager
def guessing(guessers: Guessers) -> Iterator[None]:
    threads = [Thread(target=guessers.keep_guessing, daemon=True) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    yield
    guessers.over.set()
    for thread in threads:
        thread.join(LONGEST)


def test_a_press_does_not_wait_for_a_hundred_clients_who_sign_in(servers: Servers, citizens: Citizens) -> None:
    guessers = Guessers(servers)
    quiet = citizens.p99()
    with guessing(guessers):
        attacked = citizens.p99()
    print(f"p99 of a press: quiet {quiet * 1000:.0f} ms, with {CLIENTS} sign-in clients {attacked * 1000:.0f} ms")
    print(f"answers to them: {dict(guessers.answers)}")
    assert 422 in guessers.answers
    assert set(guessers.answers) <= {422, 503}  # a worker that has more than its share asks the rest to come back
    assert attacked <= max(LIMIT, 3 * quiet)


def test_too_many_who_sign_in_at_once_are_asked_to_come_back(servers: Servers, citizens: Citizens) -> None:
    guessers = Guessers(servers)
    threads = [Thread(target=guessers.guess_once, daemon=True) for _ in range(TOO_MANY)]
    for thread in threads:
        thread.start()
    assert citizens.press() < LONGEST
    for thread in threads:
        thread.join(LONGEST)
    assert set(guessers.answers) == {422, 503}
    assert b"METEOR sedang sibuk" in guessers.refusal
    assert b'href="tel:112"' in guessers.refusal
