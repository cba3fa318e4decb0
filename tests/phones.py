"""Phones of the cast: a gateway for messages on this machine, and the scheduler that sends to it."""

import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import time_machine
from flask import Flask

from meteor.accounts import gateway
from meteor.accounts.jobs import PARTNERS as CODES
from meteor.config.gateway import Gateway
from meteor.panic.jobs import PARTNERS as CONTACTS
from meteor.scheduler.delivery import deliver_to_partners
from meteor.store import outgoing
from meteor.store.database import db
from meteor.store.moments import now
from tests.integrations.receiver import Receiver, receiving


@dataclass
class Phones:
    """What the gateway was given; it stands on a host inside that METEOR_WEBHOOK_HOSTS names."""

    server: Receiver

    def connect(self, **settings: str) -> None:
        """Connect METEOR with the gateway, by settings that replace those of a usual one."""
        prefix = "METEOR_GATEWAY_"
        usual = {"URL": self.server.url, "TOKEN": "rahasia", "BODY": '{"to": "{number}", "message": "{text}"}'}
        gateway.configure(
            Gateway.from_environment({prefix + name: value for name, value in (usual | settings).items()})
        )

    def deliver(self, later: timedelta = timedelta()) -> None:
        """Let the scheduler send what is due so much later."""
        db.session.commit()
        with time_machine.travel(now() + later, tick=True):
            while deliver_to_partners(CODES | CONTACTS, now()):
                pass
        db.session.rollback()
        db.session.expire_all()

    @property
    def messages(self) -> list[tuple[str, str]]:
        """The number and the text of each message that came."""
        sent = []
        for headers, content in self.server.received:
            is_form = headers["content-type"] != "application/json"
            body = dict(parse_qsl(content.decode())) if is_form else json.loads(content)
            sent.append((body["to"], body["message"]))
        return sent

    def code(self, later: timedelta = timedelta()) -> str:
        """The code of the newest message, after what is due was sent."""
        self.deliver(later)
        [code] = re.findall(r"\b\d{6}\b", self.messages[-1][1])
        return str(code)


@pytest.fixture
def phones(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    """METEOR with a gateway."""
    with receiving(tmp_path) as server:
        trusted = ssl.create_default_context(cafile=str(server.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        outgoing.configure(["localhost"])
        made = Phones(server)
        made.connect()
        yield made
        gateway.configure(None)
        outgoing.configure(())
