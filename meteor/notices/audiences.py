"""Telling many users at once: one statement for their notices, one for what is pushed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Select, String, bindparam, case, cast, null, select, update

from meteor.notices import devices, push, vapid
from meteor.notices.models import Notice, PushSubscription
from meteor.store.database import db, execute, execute_all, insert_once


def tell_all(
    audience: Select[int, str],
    beginning: str,
    kind: str,
    url: str,
    details: Mapping[str, Mapping[str, Any]],
    at: datetime,
    **values: Any,
) -> int:
    """Raise a notice for each user of `audience`, as rules.tell does for one; the number of new ones.

    `audience` selects `id` and `language` of users, and is the same object at each call; `values` are for its
    bindparam()s. `details` are by language. A user's notice has the key `beginning` with the user's id: told twice is
    told once.
    """
    told = _telling(audience, db.session.get_bind().dialect.name)
    shown = {"told_as": kind, "leads_to": url, "said_id": details["id"], "said_en": details["en"]}
    new = execute(told, beginning=beginning, told_at=at, **shown, **values).all()
    if vapid.public_key():
        _push([row.id for row in new if row.devices is None], kind, details["id"], at)
    return len(new)


@cache
def _telling(audience: Select[int, str], dialect: str) -> Any:
    users = audience.subquery()
    said = {language: bindparam(f"said_{language}", type_=JSON) for language in ("id", "en")}
    has_device = select(PushSubscription.id).where(PushSubscription.user_id == users.c.id)
    values = {
        "key": bindparam("beginning", type_=String) + cast(users.c.id, String),
        "role": null(),
        "user_id": users.c.id,
        "kind": bindparam("told_as", type_=String),
        "detail": case((users.c.language == "en", said["en"]), else_=said["id"]),
        "url": bindparam("leads_to", type_=String),
        "created_at": bindparam("told_at", type_=Notice.created_at.type),
        "devices": case((has_device.exists(), null()), else_=0),  # counted by _push
    }
    # SQLite takes a conflict's ON for that of a join, unless there is a WHERE.
    rows = select(*values.values()).where(users.c.id > 0)
    return insert_once(Notice, Notice.id, Notice.devices).from_select(list(values), rows)


def _push(ids: Sequence[int], kind: str, detail: Mapping[str, Any], at: datetime) -> None:
    """Leave an item for each device of the users whom these notices are for, and count the devices of each notice."""
    if not ids:
        return
    addressed = devices.of_notices(ids)
    counts = Counter(row.notice_id for row in addressed)
    execute_all(_COUNTED, [{"notice": each, "number": counts[each]} for each in ids])
    push.queue(addressed, kind, detail, at)


_COUNTED = update(Notice).where(Notice.id == bindparam("notice")).values(devices=bindparam("number"))
