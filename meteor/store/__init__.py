"""Transactions, column types, sealed text, the outbox, the audit log."""

from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from meteor.config import Settings
from meteor.web.package import Package


def configure(settings: Settings) -> None:
    """Set the keys of sealed text, the private servers that messages may go to, and the watched disk."""
    from meteor.store import disk, outgoing, secrets

    secrets.configure(settings.data_key, settings.index_key, settings.old_data_keys, settings.old_index_keys)
    outgoing.configure(settings.webhook_hosts)
    disk.configure(settings.var)


def serve(app: Flask) -> None:
    """Log which old keys are still needed. A database that is away, or not yet there, does not stop the start."""
    from meteor.store import database, rotation

    with app.app_context(), suppress(SQLAlchemyError):
        if advice := rotation.advice():
            app.logger.warning(advice)
    with app.app_context():
        database.hang_up()  # gunicorn forks afterwards, and no two processes may share a connection


blueprint = Package(__name__, configure=configure, serve=serve)
