"""Views of alarms, for businesses, the command centre and technicians."""
