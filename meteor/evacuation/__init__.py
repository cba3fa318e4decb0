"""Gathering points and routes to them, and the residents who say that they are safe."""

from meteor.web.package import Package

blueprint = Package(__name__)
