"""The doors of the residents room, one module for each noun."""
