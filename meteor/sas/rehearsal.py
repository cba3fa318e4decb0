"""What the receiver rehearses before it listens."""

from functools import partial

from meteor.sas import intake

SAID = ("NBA001/BA002", "NBA001/FA002")
"""A burglary with its second sign, and one that turns out to be a fire."""

REHEARSED = tuple(partial(intake.take_for_trial, said) for said in SAID)
