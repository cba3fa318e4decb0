"""Dispatch's doors, by what they are about: the queue, an assignment, what is decided about an incident."""
