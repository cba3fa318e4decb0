"""The audit log's entries as sentences: who did what, on what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Table, select

from meteor.accounts.audit_labels import action_label, page_of
from meteor.accounts.audit_sentences import REPEATED
from meteor.store.contributions import contributed
from meteor.store.database import Base, db
from meteor.store.models import AuditEntry

SENTENCES: dict[str, Any] = contributed["audit_sentences"]
"""The sentence of each action. Each package contributes its own."""

VALUES: dict[str, Any] = contributed["audit_values"]
"""Functions by action, each of which gives details of an entry in the words of its sentence."""

FIELDS: dict[str, Any] = contributed["audit_fields"]
"""Words for fields of records."""

NAMES: dict[str, str] = contributed["audit_names"]
"""The column with the name of a subject, by table; "name" may be one for each language."""

SHORT_KEY, UUID_LENGTH = 8, 36


class _Values(dict[str, Any]):
    """The values that sentences name; a dash for what an entry does not hold."""

    def __missing__(self, name: str) -> str:
        return "–"


def sentences(entries: Iterable[AuditEntry]) -> dict[int, Markup]:
    """Each entry, by id, as a sentence with links to who did it and to the record."""
    listed = list(entries)
    names = _names_of({entry.subject for entry in listed})
    return {entry.id: _sentence(entry, names.get(entry.subject)) for entry in listed}


def field_label(name: str) -> str:
    """A field of a record in words; a field without words by its name."""
    return str(FIELDS.get(name, name.replace("_", " ")))


def _sentence(entry: AuditEntry, name: str | None) -> Markup:
    before, after = entry.detail.get("before") or {}, entry.detail.get("after") or {}
    old = before.get("name") or before.get("name_id") or after.get("name") or after.get("name_id")
    key = entry.subject.partition(":")[2]
    key = str(_("an unknown account")) if key == "*" else key[:SHORT_KEY] if len(key) == UUID_LENGTH else key
    who = f"/admin/audit?{urlencode({'actor': entry.actor_id})}" if entry.actor_id else None
    values = _Values({detail: value for detail, value in entry.detail.items() if isinstance(value, str | int | float)})
    values |= {name: value for name, value in after.items() if name == "panel"}
    if entry.detail and (in_words := VALUES.get(entry.action)):
        values |= in_words(entry.detail)
    values |= {
        "who": _link(who, entry.actor_name),
        "whom": _link(page_of(entry.subject), name or old or key),
        "what": ", ".join(field_label(field) for field in {**before, **after} if field != "panel") or "–",
    }
    repeated = REPEATED.get(entry.action) if entry.detail.get("failures", 1) > 1 else None
    said = repeated or SENTENCES.get(entry.action)
    return Markup(str(said)) % values if said else Markup("%s: %s") % (values["who"], action_label(entry.action))  # noqa: S704 (ours)


def _link(address: str | None, words: str) -> Markup:
    return (
        Markup('<a href="{}">{}</a>').format(address, words) if address else Markup("<strong>{}</strong>").format(words)
    )


def _names_of(subjects: Iterable[str]) -> Mapping[str, str]:
    """The names of those subjects that are still there and have one."""
    keys = defaultdict(set)
    for table, _colon, key in (subject.partition(":") for subject in subjects):
        if table in NAMES and key != "*":
            keys[table].add(key)
    return {
        f"{table}:{key}": name
        for table, wanted in keys.items()
        for key, name in _rows(Base.metadata.tables[table], NAMES[table], wanted)
    }


def _rows(table: Table, name: str, keys: Iterable[str]) -> list[tuple[Any, str]]:
    (identity,) = table.primary_key.columns
    column = table.c[name] if name in table.c else table.c[f"{name}_{get_locale()}"]
    wanted = [identity.type.python_type(key) for key in keys]
    return [(key, text) for key, text in db.session.execute(select(identity, column).where(identity.in_(wanted)))]
