"""What is due by time: jobs, delivery of the outbox; whether METEOR is healthy."""

from meteor.web.package import Package

blueprint = Package(__name__)
