"""The state of METEOR's parts in the administrator's words, from the checks of health."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from meteor.accounts import gateway
from meteor.sas import supervision
from meteor.scheduler import health
from meteor.store import disk, outbox
from meteor.store.database import db
from meteor.store.work import Job
from meteor.warnings.feed_models import WarningFeed

GIGABYTE = 1024**3


class Line(NamedTuple):
    """The state of one part, since when, what to do, and the page that says more. `tone`: ok, off, warn or danger."""

    part: str
    tone: str
    state: str
    since: datetime | None = None
    advice: str = ""
    command: str = ""
    endpoint: str = ""
    link: str = ""


def lines(jobs: Iterable[Job], at: datetime) -> list[Line]:
    """The state of every part that METEOR knows of."""
    found = [_scheduler(health.pulses(jobs, at), at), _receiver(at), _outbox(at), *_messages(), _warnings()]
    return [*found, _disk(), _migrations(), _backup()]


def _scheduler(pulses: list[health.Pulse], at: datetime) -> Line:
    where = {"endpoint": "scheduler.jobs_list", "link": _("All jobs")}
    late, turns = [pulse for pulse in pulses if pulse.overdue], [pulse.last_turn(at) for pulse in pulses]
    failed = ", ".join(pulse.job for pulse in pulses if pulse.problem)
    if not late and failed:
        return Line(_("Scheduler"), "warn", _("Jobs failed in their last turn: %(jobs)s.", jobs=failed), **where)
    if not late:
        return Line(_("Scheduler"), "ok", _("All jobs run in time."), **where)
    last = max(filter(None, turns), default=None)
    if last is None or at - last > health.PATIENCE:
        advice = _("Nothing happens by itself: no offer passes on, nobody is told. Start the scheduler.")
        command = "systemctl restart meteor-scheduler"
        return Line(_("Scheduler"), "danger", _("The scheduler does not run."), last, advice, command, **where)
    since = min(filter(None, (pulse.last_turn(at) for pulse in late)), default=None)
    names = ", ".join(pulse.job for pulse in late)
    return Line(_("Scheduler"), "danger", _("Jobs are late: %(jobs)s.", jobs=names), since, **where)


def _receiver(at: datetime) -> Line:
    where = {"endpoint": "sas.all_panels", "link": _("All alarm panels")}
    since = supervision.listening_since(at)
    if since:
        return Line(_("Alarm receiver"), "ok", _("The receiver is listening."), since, **where)
    if health.receiver(at).ok:
        return Line(_("Alarm receiver"), "off", _("It does not run, and no alarm panel needs it."), **where)
    advice, command = _("Alarms of panels do not arrive. Start the receiver."), "systemctl restart meteor-receiver"
    said, last = _("Alarm panels are not heard."), supervision.last_listened()
    return Line(_("Alarm receiver"), "danger", said, last, advice, command, **where)


def _outbox(at: datetime) -> Line:
    where = {"endpoint": "scheduler.undelivered", "link": _("All undelivered items")}
    since, troubles = outbox.oldest(at), health.outbox_troubles(at)
    retried, lost = troubles["retried"], troubles["given_up"]
    given_up = ngettext("%(num)d item was given up.", "%(num)d items were given up.", lost)
    if since and not health.delivery(health.outbox_age(at)).ok:
        number = health.outbox_counts()["waiting"]
        waiting = ngettext("%(num)d item waits for delivery.", "%(num)d items wait for delivery.", number)
        said = f"{waiting} {given_up}" if lost else waiting
        return Line(_("Outbox"), "danger", said, since, _("The oldest has been due since then."), **where)
    if retried:
        said = ngettext("%(num)d item is tried again.", "%(num)d items are tried again.", retried)
        return Line(_("Outbox"), "warn", said, **where)
    if lost:
        return Line(_("Outbox"), "warn", given_up, None, _("They are not sent again by themselves."), **where)
    return Line(_("Outbox"), "ok", _("Everything is delivered in time."), **where)


def _messages() -> list[Line]:
    if not gateway.connected():
        return [Line(_("Messages to phones"), "off", _("No gateway is set up. METEOR sends no messages to phones."))]
    problem = gateway.problem()
    if problem is None:
        return [Line(_("Messages to phones"), "ok", _("The gateway took the newest message."))]
    said = _("The gateway did not take the newest message: %(problem)s", problem=problem)
    return [Line(_("Messages to phones"), "danger", said)]


def _warnings() -> Line:
    where = {"endpoint": "warnings.feeds", "link": _("All feeds of warnings")}
    read = db.session.scalars(select(WarningFeed).where(WarningFeed.active).order_by(WarningFeed.name)).all()
    failing = [feed for feed in read if feed.problem]
    if not read:
        return Line(_("Feeds of warnings"), "off", _("None is set up. METEOR passes on no warnings of BMKG."), **where)
    if not failing:
        return Line(_("Feeds of warnings"), "ok", _("All are read."), **where)
    names = ", ".join(feed.name for feed in failing)
    since = min(filter(None, (feed.succeeded_at for feed in failing)), default=None)
    return Line(_("Feeds of warnings"), "warn", _("Not read without problems: %(names)s.", names=names), since, **where)


def _disk() -> Line:
    free = disk.free()
    if not free:
        return Line(_("Disk"), "danger", _("The free space cannot be measured."))
    name, left = min(free.items(), key=lambda pair: pair[1])
    gigabytes = format_decimal(left / GIGABYTE, "0.0")
    said = _("%(gigabytes)s GB are free on the disk of %(name)s.", gigabytes=gigabytes, name=name)
    if health.disks().ok:
        return Line(_("Disk"), "ok", said)
    return Line(_("Disk"), "danger", said, None, _("Free some space soon: a full disk stores no alarm."))


def _migrations() -> Line:
    if health.migrations().ok and not health.kinds().ok:
        advice, command = _("An alert of such a kind could not be stored:"), "flask --app wsgi seed-city"
        return Line(_("Database"), "danger", _("A kind of alert has no incident type."), None, advice, command)
    if health.migrations().ok:
        return Line(_("Database"), "ok", _("The database has the schema of this version."))
    advice, command = _("Bring it up to date:"), "flask --app wsgi db upgrade"
    return Line(_("Database"), "danger", _("The database has another schema than this version."), None, advice, command)


def _backup() -> Line:
    """METEOR makes no backups and hears of none, so that none is known."""
    url, on_sqlite = db.engine.url, db.engine.dialect.name == "sqlite"
    copy = f"import sqlite3; sqlite3.connect('{url.database}').execute(\\\"vacuum into 'backup.db'\\\")"
    command = (
        f'umask 077; .venv/bin/python -c "{copy}"'
        if on_sqlite
        else f"pg_dump --format=custom --file=backup.dump {url.database}"
    )
    advice = _(
        "METEOR makes none by itself and cannot see those made elsewhere. Copy the database, the pictures and, to "
        "another place, the keys; docs/operating.md says how:"
    )
    return Line(_("Backup"), "warn", _("No backup is known."), None, advice, command)
