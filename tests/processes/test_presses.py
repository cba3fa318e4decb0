"""Presses by the thousand while processes are killed: what was answered with success is there once."""
