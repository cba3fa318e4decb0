"""A year of incidents, played through the rules of dispatch in simulated time; proposals for posts. A model."""

from meteor.web.package import Package

blueprint = Package(__name__)
