"""The clock killed at any moment, and two clocks at once: nothing twice, nothing forgotten."""
