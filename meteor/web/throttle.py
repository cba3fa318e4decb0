"""Limits on guessing, per account; per address only for minutes, since one carrier address is half the city."""

from flask_limiter import Limiter

limiter = Limiter(key_func=lambda: "", storage_uri="memory://")
