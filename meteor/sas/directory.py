"""The panels that may speak, in memory: a message in any other name costs no transaction."""

import logging
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from meteor.premises.models import Premises
from meteor.sas.models import Panel
from meteor.store.database import reading_apart
from meteor.store.secrets import unseal

log = logging.getLogger(__name__)


class KnownPanel(NamedTuple):
    """An active panel in memory: an admission.Sender with its premises' name.

    `locked`: it has a key that cannot be unsealed.
    """

    account: str
    key: str | None
    source: str
    premises: str
    locked: bool = False


class Directory:
    """The active panels by account. It is as old as its last `load`; one thread loads it, any may look."""

    def __init__(self) -> None:
        self._panels: dict[str, KnownPanel] = {}
        self._keys: dict[UUID, tuple[bytes, str | None]] = {}

    def find(self, account: str) -> KnownPanel | None:
        return self._panels.get(account)

    def load(self) -> None:
        """Read all panels again, in an application context. Unchanged keys are not unsealed again.

        A panel whose key cannot be unsealed is locked; the others are heard all the same.
        """
        query = select(Panel.id, Panel.account, Panel.key_sealed, Panel.source, Premises.name)
        with reading_apart() as session:
            rows = session.execute(query.join(Premises).where(Panel.active)).all()
        panels = {}
        for id_, account, sealed, source, premises in rows:
            key = None if sealed is None else self._key(id_, account, sealed)
            panels[account] = KnownPanel(account, key, source, premises, locked=sealed is not None and key is None)
        self._panels = panels

    def _key(self, id_: UUID, account: str, sealed: bytes) -> str | None:
        """The unsealed key; None if it cannot be unsealed, which is logged once."""
        before = self._keys.get(id_)
        if before is None or before[0] != sealed:
            before = self._keys[id_] = (sealed, _unsealed(id_, account, sealed))
        return before[1]


def _unsealed(id_: UUID, account: str, sealed: bytes) -> str | None:
    try:
        return unseal(sealed, "panels.key", id_)
    except (InvalidTag, UnicodeDecodeError):
        log.error("The key of the panel with account %s cannot be unsealed: its messages are refused", account)
        return None
