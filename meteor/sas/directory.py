"""The panels that may speak, in memory: a message in any other name costs no transaction."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from meteor.premises.models import Premises
from meteor.sas.models import Panel
from meteor.store.database import reading_apart
from meteor.store.secrets import unseal


class KnownPanel(NamedTuple):
    """What has to be known of an active panel to judge a message: an admission.Sender, and its premises' name."""

    account: str
    key: str | None
    source: str
    premises: str


class Directory:
    """The active panels by account. It is as old as its last `load`; one thread loads it, any may look."""

    def __init__(self) -> None:
        self._panels: dict[str, KnownPanel] = {}
        self._keys: dict[UUID, tuple[bytes, str]] = {}

    def find(self, account: str) -> KnownPanel | None:
        return self._panels.get(account)

    def load(self) -> None:
        """Read all panels anew, in an application context. Keys that have not changed are not unsealed again."""
        query = select(Panel.id, Panel.account, Panel.key_sealed, Panel.source, Premises.name)
        with reading_apart() as session:
            rows = session.execute(query.join(Premises).where(Panel.active)).all()
        self._panels = {
            account: KnownPanel(account, self._key(id_, sealed), source, premises)
            for id_, account, sealed, source, premises in rows
        }

    def _key(self, id_: UUID, sealed: bytes | None) -> str | None:
        if sealed is None:
            return None
        before = self._keys.get(id_)
        if before is None or before[0] != sealed:
            before = self._keys[id_] = (sealed, unseal(sealed, "panels.key", id_))
        return before[1]
