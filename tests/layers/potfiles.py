#!/usr/bin/env python3
"""Tests that every source with words to translate is listed in po/POTFILES, and nothing else is.

Usage: potfiles.py SOURCE
"""
import pathlib
import re
import sys

WORDS = re.compile(r"""(?<![A-Za-z0-9_])(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2?)\s?\(\s*"
    |translatable=["'](?:yes|true|1)["']""", re.VERBOSE)


def main():
    source = pathlib.Path(sys.argv[1])
    lines = (source / "po/POTFILES").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    written = [path for folder in ("src", "ui") for kind in ("*.c", "*.h", "*.ui")
               for path in (source / folder).rglob(kind)]
    complaints = [f"{path.relative_to(source)} has words to translate"
                  for path in sorted(written)
                  if WORDS.search(path.read_text(encoding="utf-8"))
                  and str(path.relative_to(source)) not in listed]
    complaints += [f"{name} is listed and does not exist" for name in listed
                   if not (source / name).exists()]
    if listed != sorted(set(listed)):
        complaints.append("the list is not sorted, or names a file twice")
    print("1..1")
    print(f"{'not ok' if complaints else 'ok'} 1 po/POTFILES")
    for complaint in complaints:
        print(f"# {complaint}")


if __name__ == "__main__":
    main()
