"""Simulated calls: a call model, a PBX over the API, a day in simulated time."""

from meteor.web.package import Package

blueprint = Package(__name__)
