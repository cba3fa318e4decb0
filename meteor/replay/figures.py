"""Response times, shares within the promises, and units' work, of simulated incidents."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import ceil, inf
from typing import NamedTuple

from meteor.replay.scratch import PATROL
from meteor.replay.simulation import Job, Outcome

PROMISE, BEFORE = 180.0, 900.0
"""Seconds: the city's promise, and what it was before METEOR."""


class Figures(NamedTuple):
    """Seconds from the alert to the first unit (infinite where none came), and shares (0 to 1) within the promises."""

    incidents: int
    median: float
    ninth: float
    within_promise: float
    within_before: float
    unreached: int


class Work(NamedTuple):
    """The work of one unit: jobs, hours from acceptance until free, and the share of the time."""

    call_sign: str
    jobs: int
    hours: float
    share: float


def figures(seconds: Iterable[float | None]) -> Figures:
    """The figures of at least one incident; percentiles by nearest rank."""
    ranked = sorted(inf if each is None else each for each in seconds)
    count = len(ranked)
    return Figures(
        count, _percentile(ranked, 50), _percentile(ranked, 90), _share(ranked, PROMISE), _share(ranked, BEFORE),
        sum(each == inf for each in ranked),
    )  # fmt: skip


def first_unit(outcomes: Iterable[Outcome]) -> list[float | None]:
    """Seconds until the first unit of each incident."""
    return [each.seconds() for each in outcomes]


def first_patrol(outcomes: Iterable[Outcome], asking: frozenset[str]) -> list[float | None]:
    """Seconds until the first patrol of each incident whose type (`asking`) asks for one."""
    return [each.seconds(PATROL) for each in outcomes if each.planned.type_code in asking]


def work(outcomes: Iterable[Outcome], fleet: Iterable[str], years: int) -> list[Work]:
    """The work of each unit of the fleet, on average of the years, in the order of their call signs."""
    jobs: dict[str, list[Job]] = {call_sign: [] for call_sign in sorted(fleet)}
    for outcome in outcomes:
        for job in outcome.jobs:
            jobs[job.call_sign].append(job)
    return [_work(call_sign, own, years) for call_sign, own in jobs.items()]


def fingerprint(outcomes: Iterable[Outcome]) -> str:
    """A word that is equal for equal outcomes: of all offers, and of all jobs with their moments."""
    digest = sha256()
    for each in outcomes:
        digest.update(repr((each.planned, each.offers, each.jobs, each.lacked)).encode())
    return digest.hexdigest()[:16]


def _work(call_sign: str, own: Sequence[Job], years: int) -> Work:
    hours = sum((job.ended_at - job.accepted_at).total_seconds() for job in own if job.ended_at) / 3600 / years
    return Work(call_sign, round(len(own) / years), hours, hours / (365 * 24))


def _percentile(ranked: Sequence[float], percent: int) -> float:
    return ranked[ceil(len(ranked) * percent / 100) - 1]


def _share(ranked: Sequence[float], within: float) -> float:
    return sum(each <= within for each in ranked) / len(ranked)
