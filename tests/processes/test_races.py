"""Eight crews accept one offer at the same moment: one wins, the others read who."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from meteor.accounts.models import User
from meteor.agencies import rules as agencies
from meteor.agencies.models import Member
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Event
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.processes.conftest import LONGEST, Answer, Connection, Servers, people, rows
from tests.scenes import open_assignment, report

pytestmark = pytest.mark.both_databases

CREWS = 8
ROUNDS = 20


@pytest.fixture
def crew(cast: Cast) -> list[int]:
    """CREWS officers who are on duty on TRAIL-01 together, and alone in the city."""
    officers, unit = people("officer", CREWS), cast.unit("TRAIL-01")
    db.session.execute(insert(Member), [{"user_id": who, "agency_id": unit.agency_id} for who in officers])
    for who in officers:
        agencies.start_duty(db.session.get_one(User, who), unit, now())
    db.session.commit()
    return officers


def test_of_eight_crews_that_accept_at_once_one_wins_each_time(cast: Cast, crew: list[int], servers: Servers) -> None:
    servers.start_gunicorn()
    tablets = {who: Connection(servers.port, servers.cookie(who)) for who in crew}
    headers = {"X_CSRFToken": servers.token()}
    start = Barrier(CREWS)

    def accept(who: int, offer: int) -> Answer:
        start.wait(LONGEST)
        return tablets[who].ask("POST", f"/assignments/{offer}/acceptance", **headers)

    with ThreadPoolExecutor(CREWS) as hands:
        for _ in range(ROUNDS):
            incident, offer = report(cast), open_assignment("TRAIL-01").id
            db.session.commit()
            answers = dict(zip(crew, hands.map(accept, crew, [offer] * CREWS), strict=True))
            one_won(offer, answers)
            dispatch.close(incident, "helped", "", now(), cast.komang)
            db.session.commit()
    for tablet in tablets.values():
        tablet.close()


def one_won(offer: int, answers: dict[int, Answer]) -> None:
    """One crew was answered that the offer is theirs, the others with that crew's name; the database says the same."""
    assert sorted(answer.status for answer in answers.values()) == [200] + [409] * (CREWS - 1), answers
    (winner,) = (who for who, answer in answers.items() if answer.status == 200)
    ((accepted_by, status, name),) = rows(
        select(Assignment.accepted_by_id, Assignment.status, User.name)
        .join(User, User.id == Assignment.accepted_by_id)
        .where(Assignment.id == offer)
    )
    assert (accepted_by, status) == (winner, "accepted")
    losers = [answer.body.decode() for answer in answers.values() if answer.status == 409]
    assert all(f"Too late: {name} accepted this at" in words for words in losers), losers
    accepted = select(Event.actor_id).where(Event.event_type == "accepted", Event.incident_id == Assignment.incident_id)
    assert rows(accepted.where(Assignment.id == offer)) == [(winner,)]
