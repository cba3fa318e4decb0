"""The dispatcher's jobs on the board, by keyboard, and how soon a press is a line of the queue there."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic
from typing import NamedTuple
from uuid import uuid4

from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import func, select

from bench import Case
from bench._city import people, sign_in
from bench._flood import press
from bench._load import WrongAnswer
from bench._person import DESK, PATIENCE, Person, Served
from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.board.filters import Filters, keep_filter
from meteor.board.models import SearchWord
from meteor.incidents import rules
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.store.database import db, only_reading
from meteor.store.moments import now

STREETS = ("Suroyo", "Panglima Sudirman", "Cokroaminoto", "Gatot Subroto")
DAYS = (6, 20, 34)
"""Days since an incident was closed in each of the streets: one of them lies in the last seven days."""

PRESSES, PROMISED = 20, 3.0
"""Presses that are looked for on a board, and seconds until 95 in 100 of them are there."""

LINES = ".line[data-number]"


class Job(NamedTuple):
    """A job with its promised number of keys; `do` begins at an open board and ends when the board shows it done."""

    name: str
    keys: int
    do: Callable[["Desk", Person], None]


class Desk:
    """The board of a dispatcher before whom two people have cried at one place, and somebody else elsewhere."""

    def __init__(self, served: Served, port: int) -> None:
        self.served, self.port = served, port
        self.dispatcher = db.session.scalars(select(User).where(User.username == "komando")).one()
        self.found = _closed_incidents(self.dispatcher)

    def measure(self, job: Job) -> tuple[int, float]:
        """Keys and seconds of the job on a fresh board."""
        self._three_cries()
        person = self.served.person("komando", DESK, "/board")
        expect(person.page.locator(LINES)).to_have_count(3, timeout=PATIENCE)
        person.began = monotonic()
        job.do(self, person)
        seconds = monotonic() - person.began
        person.page.context.close()
        return person.keys, seconds

    def see_presses(self) -> list[float]:
        """Seconds from each press to its line on an open board."""
        self.close_all()
        cookies = sign_in(self.served.app, people("citizen", PRESSES))
        page = self.served.person("komando", DESK, "/board").page
        times = []
        for shown, cookie in enumerate(cookies):
            page.wait_for_timeout(random.uniform(0, 2000))  # at any moment of the board's poll
            began = monotonic()
            press(self.port, cookie, f"{-7.75 + random.random() / 50:.5f},{113.2 + random.random() / 50:.5f}")
            page.wait_for_function("([part, count]) => document.querySelectorAll(part).length > count",
                                   arg=[LINES, shown], timeout=PATIENCE)  # fmt: skip
            times.append(monotonic() - began)
        page.context.close()
        return sorted(times)

    def close_all(self) -> None:
        """The board is empty, and all units are free. Commits."""
        for incident in db.session.scalars(select(Incident).where(Incident.is_open)).all():
            rules.close(incident, "helped", "", now(), self.dispatcher)
        db.session.commit()

    def _three_cries(self) -> None:
        self.close_all()
        keep_filter(self.dispatcher, Filters())  # the filter of the last job stays with the dispatcher
        for number, reporter in enumerate(people("citizen", 3)):
            kind, north = ("other", -7.7445) if number == 2 else ("emergency", -7.7545)
            incoming = IncomingAlert(
                id=uuid4(), source="panic", kind=kind, reporter_id=reporter, latitude=north, longitude=113.2163,
                accuracy=10.0,
            )  # fmt: skip
            receive(incoming, now())
            db.session.commit()


def cases(served: Served, port: int, rounds: int) -> Iterator[Case]:
    """The cases, each job done so many times."""
    desk = Desk(served, port)
    for job in JOBS:
        measured = [desk.measure(job) for _ in range(rounds)]
        seconds = sorted(took for _, took in measured)[rounds // 2]
        keys = [(float(count), float(job.keys)) for count, _ in measured]
        yield Case(job.name, "promised", "keys", keys, 1.0, "at most", f"{seconds:.1f} s at a person's pace")
    times = desk.see_presses()
    p50, p95 = (times[round(len(times) * share) - 1] for share in (0.5, 0.95))
    note = f"{PRESSES} presses, one board: p50 {p50:.2f} s, p95 {p95:.2f} s"
    yield Case("press on the board", "promised", "s, p95", [(p95, PROMISED)], 1.0, "at most", note)


def _drawer(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name=drawer]")


def _select_first(person: Person) -> None:
    person.press("j")
    expect(person.page.locator(f"{LINES} .what > a").first).to_be_focused()


def _assign_second_nearest(desk: Desk, person: Person) -> None:
    """The incident is selected already: that key is not of this job."""
    _select_first(person)
    person.keys = 0
    person.press("a")
    second = _drawer(person.page).locator("[data-choice='2']")
    expect(second).to_be_attached(timeout=PATIENCE)
    sign = db.session.get_one(Unit, int(second.get_attribute("value") or 0)).call_sign
    db.session.rollback()
    person.read(_drawer(person.page).locator("h1"))
    person.press("2", "q", "Enter")
    expect(person.page.locator(LINES).first.locator(".chip").filter(has_text=sign)).to_be_visible(timeout=PATIENCE)


def _merge(desk: Desk, person: Person) -> None:
    person.press("j", "m")
    merge = _drawer(person.page).locator("#duplicates button").first
    expect(merge).to_be_focused(timeout=PATIENCE)
    person.read(merge)
    person.press("Enter")
    expect(person.page.locator(LINES)).to_have_count(2, timeout=PATIENCE)


def _find(desk: Desk, person: Person) -> None:
    person.press("/", "suro 7h")
    hit = person.page.locator("#palette-hits [aria-selected=true]").filter(has_text=desk.found)
    person.read(hit)
    person.press("Enter")
    expect(_drawer(person.page).get_by_text(desk.found).first).to_be_visible(timeout=PATIENCE)


def _take_over(desk: Desk, person: Person) -> None:
    person.press("j", "o")
    expect(_drawer(person.page).locator("#take-over")).to_be_focused(timeout=PATIENCE)
    person.press("Enter")
    expect(person.page.locator(LINES).first.locator(".by")).to_be_visible(timeout=PATIENCE)


def _filter(desk: Desk, person: Person) -> None:
    level = re.findall(r"\bp(\d)\b", person.page.locator(LINES).last.get_attribute("class") or "")[0]
    with person.page.expect_response("**/board/filters"):
        person.press(level)
    expect(person.page.locator(LINES)).to_have_count(1, timeout=PATIENCE)


def _note(desk: Desk, person: Person) -> None:
    person.press("j", "n")
    expect(_drawer(person.page).locator("textarea")).to_be_focused(timeout=PATIENCE)
    person.press("pintu belakang", "Tab", "Enter")
    expect(_drawer(person.page).locator("#incident")).to_contain_text("pintu belakang", timeout=PATIENCE)


def _hold(desk: Desk, person: Person) -> None:
    person.press("j", "h")
    expect(_drawer(person.page).locator("#hold")).to_be_focused(timeout=PATIENCE)
    person.press("Enter")
    expect(_drawer(person.page).locator("#release")).to_be_visible(timeout=PATIENCE)


def _close(desk: Desk, person: Person) -> None:
    person.press("j", "c")
    expect(_drawer(person.page).locator("form.decision :focus")).to_have_count(1, timeout=PATIENCE)
    person.press("Space", "Enter")
    expect(person.page.locator(LINES)).to_have_count(2, timeout=PATIENCE)


def _undo_merge(desk: Desk, person: Person) -> None:
    """The incident was merged just before: those keys are not of this job."""
    _merge(desk, person)
    person.keys = 0
    person.press("/", "pisah", "Enter")
    expect(_drawer(person.page).locator("#duplicates [id^=separate]").first).to_be_focused(timeout=PATIENCE)
    person.press("Enter")
    expect(person.page.locator(LINES)).to_have_count(3, timeout=PATIENCE)


def _find_unit(desk: Desk, person: Person) -> None:
    person.press("/", "trail-07")
    person.read(person.page.locator("#palette-hits [aria-selected=true]").filter(has_text="TRAIL-07"))
    person.press("Enter")
    expect(_drawer(person.page).locator("h1")).to_contain_text("TRAIL-07", timeout=PATIENCE)


JOBS = (
    Job("assign, with reason", 4, _assign_second_nearest),
    Job("merge two", 3, _merge),
    Job("find closed", 12, _find),
    Job("take over", 3, _take_over),
    Job("one priority", 1, _filter),
    Job("note, 14 letters", 18, _note),
    Job("hold", 3, _hold),
    Job("close", 4, _close),
    Job("undo a merge", 8, _undo_merge),
    Job("find a unit", 10, _find_unit),
)
"""Those after the third are promised nowhere else: they say which keys it takes, so that a longer way is seen."""


def _closed_incidents(dispatcher: User) -> str:
    """Closed incidents in STREETS, as long ago as DAYS; the number of the one in Suroyo last week. Commits."""
    found = ""
    for days in DAYS:
        for street in STREETS:
            at = now() - timedelta(days=days)
            place = Place(-7.7545, 113.2159, 10.0, "call", f"Jalan {street} 12")
            incident_id, number = rules.open_incident(rules.Opening(rules.type_for("fire"), "call", place), at)
            incident = db.session.get_one(Incident, incident_id)
            rules.note(incident, "Dibuka", at, dispatcher)
            rules.close(incident, "helped", "", at + timedelta(hours=1), dispatcher)
            found = found or number
    db.session.commit()
    _wait_for_index()
    return found


def _wait_for_index() -> None:
    """Until the scheduler has put the words of all into the index of the search."""
    last = monotonic() + PATIENCE / 1000
    words = select(func.count()).select_from(SearchWord).where(SearchWord.word == STREETS[-1].split()[-1].lower())
    while monotonic() < last:
        with only_reading():
            if (db.session.scalar(words) or 0) >= len(DAYS):
                return
    raise WrongAnswer("the scheduler does not index what happened")
