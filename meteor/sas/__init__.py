"""The Security Alert System: silent alarms of businesses, from panels and from a button."""
