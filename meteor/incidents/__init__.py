"""Incidents, their escalation and their timelines."""

from meteor.web.package import Package

blueprint = Package(__name__)
