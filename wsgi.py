"""gunicorn's handle in production: every setting must be given, nothing is generated."""

import sys

from app import served
from meteor.config import Settings, WrongSetting
from meteor.store.files import keep_private
from meteor.web import logs

logs.configure()
try:
    settings = Settings.from_environment(production=True)
    keep_private(settings.var, settings.database_url)
    app = served(settings)
except WrongSetting as wrong:
    sys.exit(f"METEOR cannot start: {wrong}")
