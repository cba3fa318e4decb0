"""gunicorn's handle in production: every setting must be given, nothing is generated."""

import sys

from app import served
from meteor.config import Settings, WrongSetting
from meteor.web import logs

logs.configure()
try:
    app = served(Settings.from_environment(production=True))
except WrongSetting as wrong:
    sys.exit(f"METEOR cannot start: {wrong}")
