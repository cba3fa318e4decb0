"""Decodes a picture's file in a process of its own: `python -m tests.premises.decoding FILE` prints the peak in kB."""

import re
import sys
from pathlib import Path

from meteor.premises import pictures

if __name__ == "__main__":
    pictures.drawn(Path(sys.argv[1]).read_bytes())
    # Not getrusage: its figure begins with that of the process which started this one.
    print(*re.findall(r"VmHWM:\s*([0-9]+) kB", Path("/proc/self/status").read_text()))
