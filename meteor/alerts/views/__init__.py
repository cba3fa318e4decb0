"""Views of alerts: callers, duplicates and merges, the incident on paper."""
