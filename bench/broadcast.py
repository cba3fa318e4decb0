"""One warning told to 5,000 citizens with push: messages a second, and how long a press takes meanwhile.

The floor seals, signs and sends the same messages from as many threads, without METEOR's database, to the same push
service, which proves and reads each. A smaller broadcast: bin/bench broadcast=1500.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from time import monotonic, sleep
from unittest.mock import patch
from uuid import uuid4

from sqlalchemy import insert, select

from bench import Case
from bench._city import LASTS, demo_city, gunicorn, people, scheduler, sign_in
from bench._load import Client, WrongAnswer, run
from bench._push_service import DEVICE, Service, push_service
from bench.press import always_free, presses
from meteor.accounts.models import UserSession
from meteor.notices import push_message, vapid
from meteor.notices.devices import Keys
from meteor.notices.models import PushSubscription
from meteor.residents.models import Household, Resident
from meteor.scheduler.destination_queues import WIDTH
from meteor.store import outgoing
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.warnings.models import HazardWarning, WarnedKelurahan

CITIZENS = 5_000
ROUNDS, BARE = 3, 500  # bare messages in a round of the floor
PRESSES, PAUSE = 25, 0.1  # presses in a window, and seconds between two
LONGEST = 480.0  # seconds
PUBLIC = "tests.processes.public"


def cases(citizens: int = CITIZENS) -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        always_free()
        cookies = iter(sign_in(app, people("citizen", 2 * ROUNDS * PRESSES)))
        with (
            push_service(var, vapid.public_key()) as service,
            patch.dict(os.environ, SSL_CERT_FILE=str(service.trusted)),
        ):
            kelurahan = _settle(people("citizen", citizens), service)
            bare = [_bare(service) for _ in range(ROUNDS)]
            with scheduler(var, target=PUBLIC), gunicorn("app:app", var) as port:
                quiet = [_press(port, cookies) for _ in range(ROUNDS)]
                before = len(service.taken)
                _publish(kelurahan)
                began = monotonic()
                _until(service, before + 1)
                busy = [_press(port, cookies) for _ in range(ROUNDS)]
                still = len(service.taken) - before < citizens
                _until(service, before + citizens)
                taken = service.taken[before:]
    if len(taken) != citizens:
        raise WrongAnswer(f"{citizens} devices were to be told, {len(taken)} messages came")
    note = f"{citizens} citizens of {len(kelurahan)} kelurahan, the last told after {taken[-1] - began:.0f} s"
    yield Case("rate", "sealing and sending", "messages/s", list(zip(_rates(taken), bare, strict=True)), 0.5, note=note)
    if not still:
        raise WrongAnswer("the broadcast was over before the presses: it needs more citizens")
    yield Case("press", "without broadcast", "ms, p50", list(zip(busy, quiet, strict=True)), 1.5, "at most")


def _settle(citizens: Sequence[int], service: Service) -> list[int]:
    """Each citizen is a resident of one of three kelurahan, with a session and a device; the ids of the kelurahan."""
    kelurahan = list(db.session.scalars(select(Kelurahan.id).order_by(Kelurahan.id).limit(3)))
    homes = []
    for each in kelurahan:
        home = Household(rt=Rt(rw=Rw(kelurahan_id=each, number=99), number=99), address="Jl. Uji 1")
        db.session.add(home)
        homes.append(home)
    db.session.flush()
    at, minutes = now(), {"device": "bench", "last_minute": LASTS, "due_minute": LASTS, "proved_minute": 0}
    lives = [
        {"id": uuid4(), "household_id": homes[who % 3].id, "user_id": who, "name": f"Number {who}", "verified_at": at}
        for who in citizens
    ]  # fmt: skip
    db.session.execute(insert(Resident), lives)
    made = insert(UserSession).returning(UserSession.id, UserSession.user_id)
    sessions = db.session.execute(made, [{"key": f"push-{who}", "user_id": who, **minutes} for who in citizens]).all()
    mine = [
        {**DEVICE.form, "endpoint": f"{service.origin}/push/{who}", "service": "localhost", "device": "bench",
         "user_id": who, "session_id": session}
        for session, who in sessions
    ]  # fmt: skip
    db.session.execute(insert(PushSubscription), mine)
    db.session.commit()
    return kelurahan


def _publish(kelurahan: Sequence[int]) -> None:
    at = now()
    said = dict.fromkeys(("event", "headline", "description", "instruction", "sender_name"), "Banjir")
    new = HazardWarning(
        identifier=str(uuid4()), sender="bench", sent=at, status="Actual", message_type="Alert", urgency="Immediate",
        severity="Severe", certainty="Observed", expires=at + timedelta(hours=2), texts={"id": said},
    )  # fmt: skip
    new.touched = [WarnedKelurahan(kelurahan_id=each, exact=True) for each in kelurahan]
    db.session.add(new)
    db.session.commit()


def _bare(service: Service) -> float:
    """Messages a second that WIDTH threads seal, sign and send, with nothing to read or to note."""
    keys = Keys(**DEVICE.form | {"endpoint": f"{service.origin}/push/0"})
    sentence = "Siaga: Banjir di kelurahan Anda sampai 30 Nov 2026 18.00 WIB. Baca apa yang harus dilakukan."
    message = push_message.Message(sentence, "/warnings/1", "a" * 32)
    with patch.object(outgoing, "is_public", lambda address: True), ThreadPoolExecutor(WIDTH) as pool:
        began = monotonic()
        list(pool.map(lambda number: push_message.post(keys, message, 100), range(BARE)))
        return BARE / (monotonic() - began)


def _press(port: int, cookies: Iterator[str]) -> float:
    """The median press of PRESSES, one after the other with a PAUSE before each; milliseconds."""

    def paced() -> Iterator[bytes]:
        for request in presses(cookies, PRESSES):
            sleep(PAUSE)
            yield request

    client = Client(paced(), b"HTTP/1.1 201")
    run(port, [client])
    return median(client.times) * 1000


def _rates(taken: Sequence[float]) -> list[float]:
    """Messages a second in each third of the broadcast."""
    third = len(taken) // ROUNDS
    return [(third - 1) / (taken[at + third - 1] - taken[at]) for at in range(0, third * ROUNDS, third)]


def _until(service: Service, number: int) -> None:
    last = monotonic() + LONGEST
    while len(service.taken) < number:
        if monotonic() > last:
            raise WrongAnswer(f"{number} messages were to come, {len(service.taken)} did")
        sleep(0.5)
