"""Premises: places that can raise alarms, with users, contacts and notes for officers."""
