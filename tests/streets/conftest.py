"""Fixtures of the tests about streets."""

from tests.streets.extracts import import_file

__all__ = ("import_file",)
