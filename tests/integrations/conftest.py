"""A partner's server on this machine."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from meteor.store import outgoing
from tests.integrations.receiver import Receiver, receiving


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The partner's server. It stands on this machine, which for once counts as the public internet."""
    with receiving(tmp_path) as partner:
        trusted = ssl.create_default_context(cafile=str(partner.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        monkeypatch.setattr(outgoing, "is_public", lambda address: True)
        yield partner
