"""The phone of TRAIL-01."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.trackers.phones import Phone


@pytest.fixture
def phone(app: Flask, cast: Cast) -> Phone:
    return Phone(app, cast, "TRAIL-01")
