"""Alembic's way into METEOR: the models' metadata over the application's own engine."""

from alembic import context
from flask import current_app

from meteor.store.database import db

options = current_app.extensions["migrate"].configure_args
if context.is_offline_mode():
    context.configure(url=db.engine.url, target_metadata=db.metadata, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        # A table that is altered in a batch is copied and dropped; SQLite would empty what refers to it.
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
