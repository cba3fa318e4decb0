"""Proposals of posts for the motorbikes, with their reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence

from meteor.demo.areas import rows
from meteor.replay.figures import work
from meteor.replay.placement import Candidate, Placement, Proposal
from meteor.replay.reach import Reach
from meteor.replay.scratch import MOTORBIKE, City
from meteor.replay.simulation import Outcome
from meteor.territory.city_cells import POST_REACH, Cell


def propose(city: City, busy: float, count: int) -> Proposal:
    """Propose `count` posts for motorbikes that are busy such a share (0 to 1) of the time."""
    reach = Reach(city.paces[MOTORBIKE])
    return Placement(candidates(city.cells), _demand(city.cells), reach, busy).propose(count)


def candidates(cells: Sequence[Cell]) -> list[Candidate]:
    """The posts of today, then the cells near a centroid."""
    known = ((row["name"], (float(row["latitude"]), float(row["longitude"]))) for row in rows("posts"))
    middles = (cell for cell in cells if cell.away <= POST_REACH)
    return [
        *(Candidate(place, name) for name, place in known),
        *(Candidate(cell.middle, cell.nearest.kelurahan) for cell in middles),
    ]


def busy_share(city: City, outcomes: Sequence[Outcome]) -> float:
    """The share of the year (0 to 1) in which a motorbike is on an incident, on average of all."""
    own = [each.share for each in work(outcomes, city.fleet, 1) if each.call_sign in city.motorbikes]
    return sum(own) / len(own)


def explanation(proposal: Proposal, call_signs: Sequence[str]) -> Iterator[str]:
    """A line for each post, in the order of choice."""
    yield f"{'':10} {'near':24} {'lat':>9} {'lon':>10} {'adds':>7} {'alone':>7} {'without':>8}"
    for call_sign, post in zip(call_signs, proposal.posts, strict=False):
        (latitude, longitude), near = post.candidate
        yield (
            f"{call_sign:10} {near:24} {latitude:9.5f} {longitude:10.5f}"
            f" {post.gain:7.2%} {post.covers:7.2%} {-post.loss:8.2%}"
        )


def result(proposal: Proposal, city: City, busy: float) -> str:
    """The expected coverage of the proposal, beside that of the present posts."""
    return (
        f"Reached within 3 minutes, expected: {proposal.coverage:.1%} of the model's demand;"
        f" from the {len(city.motorbikes)} posts of the demo city {_present_coverage(city, busy):.1%}.\n"
        f"A motorbike is busy {busy:.2%} of the year. Posts moved after the first choice: {proposal.moves}."
    )


def _present_coverage(city: City, busy: float) -> float:
    places = [Candidate(city.fleet[call_sign].base, "") for call_sign in city.motorbikes]
    reach = Reach(city.paces[MOTORBIKE])
    return Placement(places, _demand(city.cells), reach, busy).coverage_of(range(len(places)))


def _demand(cells: Sequence[Cell]) -> dict[Cell, float]:
    """The share of the year's incidents in each cell: the same for each kelurahan, and within it for each cell."""
    counted = Counter(cell.nearest.kelurahan for cell in cells)
    return {cell: 1 / len(counted) / counted[cell.nearest.kelurahan] for cell in cells}
