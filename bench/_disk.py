"""A small disk that can be filled, and a wall clock that can be moved, for METEOR alone."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A folder on a disk of this size, in memory; None where this user may not mount one."""
    with tempfile.TemporaryDirectory(prefix="meteor-disk-") as folder:
        mount = ("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder)
        if subprocess.run(mount, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Take all space of the disk that holds `folder`; the file that takes it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 16)):
                pass
        except OSError:
            return ballast
    raise AssertionError("the disk did not become full")


class MovedClock:
    """The wall clock of the Python processes that are started with `environment`."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "moved-by"
        self.move(0)
        self.environment = {
            "PYTHONPATH": str(Path(__file__).parent / "moved_clock"),
            "METEOR_BENCH_CLOCK": str(self.file),
        }

    def move(self, seconds: int) -> None:
        """Let the clock be wrong by so many seconds; each process follows within 0.2 s."""
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.file)
