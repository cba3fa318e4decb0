"""`flask replay` and `flask place-posts`: a simulated year in a database of its own, and proposals for posts."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import click
from flask import Flask, current_app
from flask_babel import Babel
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from meteor.geo import Point
from meteor.replay import blueprint, post_plans, proposal, scratch, years
from meteor.replay.figures import figures, fingerprint, first_patrol, first_unit, work
from meteor.replay.post_plans import WrongPlan
from meteor.replay.report import MODEL, NAME, comparison, year_report
from meteor.replay.scratch import PATROL, City, NotEmpty
from meteor.replay.simulation import Outcome
from meteor.replay.year import YEAR
from meteor.store.database import READER, configuration, db, hang_up, is_away
from meteor.store.transactions import teach

PRESENT = "Posts of the demo city"

SPREAD = "Mean of the seeds ± standard deviation"
ONE_SEED = "Of one seed. With --seeds 10 the tables have the spread, without which a difference may be chance."

Played = Mapping[str, Sequence[Sequence[Outcome]]]
"""The years of each plan, in the order of their seeds."""

FILE = click.Path(dir_okay=False, path_type=Path)
SEED_OPTION = click.option("--seed", type=int, default=YEAR, show_default=True, help="The same seed, the same year.")


@blueprint.cli.command("replay")
@click.option("--year", type=click.Choice([str(YEAR)]), required=True, expose_value=False,
              help="The year whose figures are played.")  # fmt: skip
@SEED_OPTION
@click.option("--seeds", type=click.IntRange(1, 200), default=1, show_default=True, help="So many years.")
@click.option("--posts", type=FILE, multiple=True, help="CSV: call_sign or number, lat, lon. Several are compared.")
@click.option("--incidents", type=click.IntRange(min=1), help="Only so many incidents of each year, its first.")
@click.option("--through-database", is_flag=True, help="By every rule in the database: equal, and slow.")
@click.option("--database", default="", help="Address of an empty database.  [default: a temporary SQLite file]")
def replay(
    seed: int, seeds: int, posts: Sequence[Path], incidents: int | None, through_database: bool,
    database: str,
) -> None:  # fmt: skip
    """Play simulated years through the rules of dispatch: response times, or a comparison of plans of posts."""
    with scratch_database(database):
        city = scratch.city()
        plans = {PRESENT: {}, **_plans(posts, city)}
        began, played = monotonic(), {}
        for name, places in plans.items():
            played[name] = [
                years.play_through_database(places, each, incidents)
                if through_database
                else years.play(city.with_posts(places), each, incidents)
                for each in range(seed, seed + seeds)
            ]
        seconds = monotonic() - began
    click.echo(_told(played, city, cut=incidents is not None))
    click.echo(_speed([it for of_plan in played.values() for of_seed in of_plan for it in of_seed], seconds))


@blueprint.cli.command("place-posts")
@click.option("--posts", type=click.IntRange(1, 30), default=30, show_default=True, help="Number of motorbikes.")
@SEED_OPTION
@click.option("--output", type=FILE, help="The CSV file to write, for `flask replay --posts`.")
def place_posts(posts: int, seed: int, output: Path | None) -> None:
    """Propose posts for motorbikes, from a model. Changes nothing."""
    if output and not output.resolve().parent.is_dir():
        raise click.ClickException(f"--output: there is no folder {output.parent}")
    with scratch_database(""):
        city = scratch.city()
    busy = proposal.busy_share(city, years.play(city, seed))
    found, call_signs = proposal.propose(city, busy, posts), city.motorbikes[:posts]
    click.echo(f"{MODEL}\nThis is a proposal. It changes nothing in METEOR.\n")
    click.echo("\n".join(proposal.explanation(found, call_signs)))
    click.echo(f"\n{proposal.result(found, city, busy)}")
    if output:
        posted = zip(call_signs, found.posts, strict=True)
        post_plans.write(output, [(name, *it.candidate, it.gain) for name, it in posted])
        click.echo(f"Written to {output}. Compare: flask replay --year {YEAR} --seeds 10 --posts {output}")


@contextmanager
def scratch_database(address: str) -> Iterator[None]:
    """An application with nothing but the database at the address, which must be empty, or a temporary one."""
    with tempfile.TemporaryDirectory(prefix="meteor-replay-") as folder:
        app = Flask(__name__, static_folder=None)
        url = _url(address) if address else URL.create("sqlite", database=f"{folder}/replay.db")
        app.config.from_mapping(SETTINGS=current_app.config["SETTINGS"], **configuration(url))
        db.init_app(app)
        Babel(app)  # the rules write notices
        with app.app_context():
            teach(db.engine, db.engines[READER])
            try:
                yield
            except NotEmpty:
                raise click.ClickException("this database has tables; a replay writes into an empty one only") from None
            except SQLAlchemyError as error:
                reason = "the database does not answer" if is_away(error) else "the database refuses"
                raise click.ClickException(f"{reason}: {error}") from error
            finally:
                db.session.remove()
                hang_up()


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise click.ClickException("--database is not an address, such as postgresql://user@host/name") from None
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def _plans(files: Sequence[Path], city: City) -> dict[str, dict[str, Point]]:
    """The plans by the names of their files, which the report shows."""
    names = [file.name[-NAME:] for file in files]
    for name in names:
        if names.count(name) > 1:
            raise click.ClickException(f"two plans end in {name}: give each file a name of its own")
    return {name: _plan(file, city) for name, file in zip(names, files, strict=True)}


def _plan(file: Path, city: City) -> dict[str, Point]:
    centroids = sorted({cell.nearest.place for cell in city.cells})
    try:
        return post_plans.read(file, city.motorbikes, centroids)
    except WrongPlan as problem:
        raise click.ClickException(str(problem)) from None


def _told(played: Played, city: City, *, cut: bool) -> str:
    """The report of the years with the present posts, or the comparison of plans, if there are several.

    Of years that are `cut` to their first incidents there is no work: it is said by the year.
    """
    if len(played) == 1:
        outcomes = [outcome for of_seed in played[PRESENT] for outcome in of_seed]
        years_played = len(played[PRESENT])
        return year_report(outcomes, years_played, () if cut else work(outcomes, city.fleet, years_played))
    all_units = {name: [figures(first_unit(each)) for each in of_plan] for name, of_plan in played.items()}
    asking = city.asking(PATROL)
    patrols = {name: [figures(first_patrol(each, asking)) for each in of_plan] for name, of_plan in played.items()}
    return "\n".join([
        MODEL, SPREAD if len(all_units[PRESENT]) > 1 else ONE_SEED, "",
        comparison(patrols, "First patrol, where the plan asks for one"), "",
        comparison(all_units, "First unit, all incidents"),
    ])  # fmt: skip


def _speed(outcomes: Sequence[Outcome], seconds: float) -> str:
    rate = f"{len(outcomes):,} incidents in {seconds:.1f} s: {len(outcomes) / seconds:.0f} a second"
    return f"\nPlayed {rate}. Fingerprint {fingerprint(outcomes)}"
