"""gunicorn's handle in production: every setting must be given, nothing is generated."""

import sys

from app import create_app
from meteor.config import Settings, WrongSetting

try:
    app = create_app(Settings.from_environment(production=True))
except WrongSetting as wrong:
    sys.exit(f"METEOR cannot start: {wrong}")
