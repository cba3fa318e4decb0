"""Runs the benches that are named, or all: a table on the screen and, if asked, a JSON file."""

import argparse
import importlib
import json
import pkgutil
import sys
import traceback
from pathlib import Path
from typing import Any

import bench
from bench import Case

NAMES = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
COLUMNS = "{:<10} {:<18} {:>10} {:>10} {:<11} {:>9} {:>11}  {:<19} {:<6} {}"
HEAD = ("bench", "case", "ours", "floor", "unit", "ratio", "reach", "spread", "", "floor is")


def main() -> int:
    """Exit status: 0 when everything was measured (within reach or not), 1 when a bench broke off."""
    options = _options()
    rows: list[dict[str, Any]] = []
    broken = []
    print(COLUMNS.format(*HEAD), flush=True)
    for asked in options.names or NAMES:
        name, _, size = asked.partition("=")
        try:
            for case in importlib.import_module(f"bench.{name}").cases(*([int(size)] if size else [])):
                rows.append(case.row(name))
                print(_line(case, rows[-1]), flush=True)
        except Exception:
            traceback.print_exc()
            broken.append(name)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    for name in broken:
        print(f"{name} broke off (see above)", file=sys.stderr)
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(NAMES)}; none: all. broadcast=1000: with so many citizens",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name.partition("=")[0] not in NAMES]:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return options


def _line(case: Case, row: dict[str, Any]) -> str:
    sign = "≥" if case.sense == "at least" else "≤"
    spread = "{:,.5g} … {:,.5g}".format(*row["spread"])
    verdict = "holds" if case.holds else "SHORT"
    figures = (f"{row['ours']:,.5g}", f"{row['floor_value']:,.5g}", case.unit, f"{row['ratio']:,.5g}")
    line = COLUMNS.format(row["bench"], case.name, *figures, f"{sign} {case.reach:,.5g}", spread, verdict, case.floor)
    return f"{line}\n{'':<11}{case.note}" if case.note else line


if __name__ == "__main__":
    sys.exit(main())
