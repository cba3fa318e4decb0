"""Views of dispatch: the queue, assignments, and decisions about an incident."""
