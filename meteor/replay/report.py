"""Reports of simulated years in plain text. Every one says that it is of a model."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite
from statistics import mean, stdev

from meteor.replay.figures import Figures, Work, figures, first_unit
from meteor.replay.simulation import Outcome

MODEL = (
    "This is a model: simulated incidents, not measured ones, and units and posts of the demo city, not those of this"
    " METEOR. docs/replay.md says what is assumed."
)
NAME = 28
"""Characters of a name that are shown."""

HEAD = f"{'':28} {'incidents':>9} {'P50':>7} {'P90':>7} {'≤ 3 min':>8} {'≤ 15 min':>8} {'no unit':>8}"


def year_report(outcomes: Sequence[Outcome], years: int, workload: Sequence[Work]) -> str:
    """Response times of all incidents of so many years, by type and by kecamatan, incidents without a unit, and work.

    Without a `workload` that is left out; where it is given, it is of one year, on average.
    """
    of_years = "of 1 year" if years == 1 else f"of {years} years together"
    head = f"{'Work in a year':28} {'jobs':>9} {'hours':>7} {'of time':>8}"
    return "\n".join(
        [
            MODEL, "", f"Minutes from the alert to the first unit on scene, {of_years}", HEAD,
            _line("All", outcomes), "", "By type", *_lines({it: it.planned.type_code for it in outcomes}),
            "", "By kecamatan", *_lines({it: it.planned.kecamatan for it in outcomes}), "",
            f"No free unit for a line of the plan at the opening: {sum(it.lacked for it in outcomes)} incidents",
            f"No unit came within two hours: {figures(first_unit(outcomes)).unreached} incidents",
            *(["", head, *map(_work_line, workload)] if workload else []),
        ]
    )  # fmt: skip


def comparison(plans: Mapping[str, Sequence[Figures]], title: str) -> str:
    """A line for each plan with its mean over the seeds and the standard deviation; then differences seed by seed."""
    names, first = list(plans), next(iter(plans.values()))
    lines = [title, f"{'':28} {'P50 min':>14} {'P90 min':>14} {'≤ 3 min %':>14}"]
    lines += [_spread_line(name, [_triple(each) for each in plans[name]]) for name in names]
    if len(names) > 1:
        lines += ["", f"Difference to {names[0]}, on the same seeds"]
    for name in names[1:]:
        pairs = zip(plans[name], first, strict=True)
        differences = [_minus(_triple(ours), _triple(theirs)) for ours, theirs in pairs]
        lines.append(_spread_line(name, differences, sign="+"))
    return "\n".join(lines)


def _lines(groups: Mapping[Outcome, str]) -> Iterable[str]:
    for name in sorted(set(groups.values())):
        yield _line(name, [outcome for outcome, group in groups.items() if group == name])


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    found = figures(first_unit(outcomes))
    lacked = sum(it.lacked for it in outcomes)
    return (
        f"{name:28} {found.incidents:9} {_minutes(found.median):>7} {_minutes(found.ninth):>7}"
        f" {found.within_promise:8.1%} {found.within_before:8.1%} {lacked:8}"
    )


def _work_line(it: Work) -> str:
    return f"{it.call_sign:28} {it.jobs:9} {it.hours:7.0f} {it.share:8.1%}"


def _minutes(seconds: float) -> str:
    return "none" if seconds == inf else f"{seconds / 60:.1f}"


def _triple(found: Figures) -> tuple[float, ...]:
    return found.median / 60, found.ninth / 60, found.within_promise * 100


def _minus(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    return tuple(a - b for a, b in zip(ours, theirs, strict=True))


def _spread_line(name: str, of_seeds: Sequence[Sequence[float]], sign: str = "") -> str:
    cells = (_spread([each[at] for each in of_seeds], sign) for at in range(3))
    return f"{name:{NAME}} " + " ".join(f"{cell:>14}" for cell in cells)


def _spread(values: Sequence[float], sign: str) -> str:
    if not all(map(isfinite, values)):
        return "none"  # in a year a unit was never there in time to be a percentile
    around = f" ± {stdev(values):.2f}" if len(values) > 1 else ""
    return f"{mean(values):{sign}.2f}{around}"
