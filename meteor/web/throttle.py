"""Limits on guessing, per account; never per address, since one carrier address is half the city."""

from flask_limiter import Limiter

limiter = Limiter(key_func=lambda: "", storage_uri="memory://")
