"""Contributions of packages to lower ones, which do not know them: labels, sentences, …"""

from collections import defaultdict
from typing import Any

contributed: defaultdict[str, dict[str, Any]] = defaultdict(dict)
"""Contributions by name, then by code; web.package.Package fills it at import."""
