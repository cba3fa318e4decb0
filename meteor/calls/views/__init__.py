"""The 112 console's doors."""
