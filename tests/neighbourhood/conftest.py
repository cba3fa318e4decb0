"""The fixtures of the intake's tests, for neighbours."""

from tests.alerts.conftest import scheduler, willing  # noqa: F401
