"""The queue, what a crew has to do now, and the units of an incident: pages and what they poll."""

from flask import Response, abort, render_template, request, url_for
from flask_login import current_user

from meteor.accounts.roles import COMMAND_CENTRE, OPERATIONS
from meteor.agencies import rules as agencies
from meteor.agencies.duty_status import duty_status
from meteor.dispatch import blueprint, handling, labels, responders
from meteor.dispatch import queue as queues
from meteor.dispatch.bursts import QueueEntry, entries
from meteor.dispatch.crew import CrewTask, next_step, task_of, task_version
from meteor.dispatch.queue import Group
from meteor.incidents import rules as incidents
from meteor.incidents.labels import REFUSALS
from meteor.incidents.shortfall import sentences
from meteor.incidents.staging import metres_away
from meteor.incidents.visible import visible
from meteor.notices.labels import sentence
from meteor.protocols.roles import role_of, roles
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.language import locale, named
from meteor.web.lists import page_of
from meteor.web.polling import Reader, cached, fragment, versioned
from meteor.web.pools import urgent
from meteor.web.renderings import Renderings

renderings = Renderings()

_WORDS = {
    "steps": labels.STEPS,
    "refusal_reasons": REFUSALS,
    "how_it_ended": labels.how_it_ended,
    "role_of": role_of,
    "metres_away": metres_away,
    "sentence": sentence,
}
"""Labels and functions for the fragments."""


def _units_version(reader: Reader, query: str, number: str) -> str | None:
    found = visible(reader.user_id, reader.roles, number)
    return found and handling.version_without_crew(reader.user_id, found.id, found.version, now())


@blueprint.get("/incidents")
@open_to(*OPERATIONS)
@urgent
def queue() -> str:
    version, rendered = _rows()
    on_duty = duty_status(current_user.id, now())
    job = task_version(current_user.id)
    return render_template(
        "dispatch/queue.html",
        version=version,
        rows=rendered,
        rows_at=url_for("dispatch.rows", group=request.args.get("group"), page=request.args.get("page")),
        duty=on_duty,
        job_version=job,
        task=_task(job) if on_duty else "",
        alarmed=current_user.has(*COMMAND_CENTRE),
    )


@blueprint.get("/incidents/rows")
@open_to(*OPERATIONS)
@urgent
@cached
def rows() -> Response:
    """A page of the queue, polled. Its version is the newest event's id and nothing else."""
    version, rendered = _rows()
    alike = None if request.args.keys() & {"group", "page"} else (queues.scope_of(current_user), locale())
    return fragment(version, lambda: rendered, shared_by=alike)


@blueprint.get("/unit/offers")
@open_to("officer")
@urgent
@versioned(lambda reader, query: task_version(reader.user_id))
def offers() -> Response:
    """The crew's present task, polled."""
    version = task_version(current_user.id)
    return fragment(version, lambda: _task(version))


@blueprint.get("/incidents/<number>/units")
@open_to(*OPERATIONS)
@urgent
@versioned(_units_version)
def units(number: str) -> Response:
    """The units of an incident and what this user may do about it, polled."""
    incident = incidents.find(current_user, number) or abort(404)
    view = handling.view(incident, current_user, now())
    return fragment(view.version, lambda: render_template("dispatch/_units.html", view=view, **_WORDS))


def _rows() -> tuple[int, str]:
    """The version of the queue that this user sees, and its page that is asked for.

    The first page is rendered once for all who see and speak alike: nearly everybody looks at it.
    """
    version, at = queues.newest()
    scope = queues.scope_of(current_user)
    group, page = Group.read(request.args.get("group", "")), request.args.get("page", 1, type=int)
    if group is not None or page != 1:
        return version, _render(scope, version, group, page)
    return version, renderings.get((scope, locale()), (version, at), lambda: _render(scope, version))


def _render(scope: int | None, version: int, group: Group | None = None, page: int = 1) -> str:
    role = roles()

    def missing(row: queues.Row) -> list[str]:
        return sentences(row.shortfall, lambda capability: named(role(row.incident.type_id, capability)))

    found = queues.open_incidents(scope, group)
    listed = entries(found) if group is None else [QueueEntry([it]) for it in found]
    listing = page_of(listed, page, url_for("dispatch.queue"), {} if group is None else {"group": str(group)})
    return render_template(
        "dispatch/_rows.html",
        listing=listing,
        rows=queues.rows([entry.first.id for entry in listing.rows]),
        group=group,
        count=len(found),
        waiting=sum(it.waiting for it in found),
        version=version,
        missing=missing,
    )


def _task(version: str) -> str:
    shift = agencies.shift_of(current_user)
    task = task_of(shift.unit_id, shift.started_at) if shift else CrewTask()
    step = next_step(task.now, task.alone) if task.now else None
    on = request.args.get("on")
    told = responders.of_crew(current_user.id, task.now) if task.now else []
    return render_template("dispatch/_task.html", task=task, step=step, on=on, told=told, version=version, **_WORDS)
