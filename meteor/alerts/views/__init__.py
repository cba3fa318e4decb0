"""Views of alerts: the RT leader's neighbourhood, duplicates and merges."""
