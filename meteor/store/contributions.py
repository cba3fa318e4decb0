"""What packages contribute to lower ones, which do not know them: labels of audit actions, sentences of notices, …"""

from collections import defaultdict
from typing import Any

contributed: defaultdict[str, dict[str, Any]] = defaultdict(dict)
"""By the name of what is contributed, then by code. Filled by web.package.Package when a package is imported."""
