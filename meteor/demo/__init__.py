"""A demo city with people, units, premises and calls."""

from meteor.web.package import Package

blueprint = Package(__name__)
