"""Versions of what people edit: a form remembers which one it was filled in over."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def version_of(values: Mapping[str, Any]) -> str:
    """A short fingerprint of a record's values, to detect changes."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]
