"""Fixtures of the tests about places."""

from tests.streets.extracts import import_file

__all__ = ("import_file",)
