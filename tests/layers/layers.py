#!/usr/bin/env python3
"""Tests that the arrows between the layers of src/ go down only.

Usage: layers.py SOURCE BUILD COMPILER...

meson gives each layer only the include directories of those below it.  What that cannot see is
tested here, layer by layer:
  includes  no "../", no folder before a header of ours, no header of a layer that is not below,
            no foreign header that the layer has no business with (one that is installed in the
            system's own include directory compiles everywhere);
  link      all of the layer's library links with the libraries below it and its own external
            ones, nothing else: a call upwards through a prototype of one's own fails here;
  calls     the layers without GLib neither print nor end the program, allocate only through
            core, and have no variable outside a function's own.
"""
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

Layer = collections.namedtuple("Layer", "needs packages headers pure", defaults=[False])

BLAS, GLIB = ["openblas"], ["gio-2.0"]
LAYERS = {
    "core": Layer([], [], ["malloc.h", "pthread.h", "unistd.h"], True),
    "data": Layer(["core"], [], [], True),
    "network": Layer(["core"], BLAS, ["cblas.h"], True),
    "geometry": Layer(["core"], BLAS + ["lapacke"], ["cblas.h", "lapacke.h"], True),
    "engine": Layer(["data", "network", "geometry"], BLAS, ["pthread.h", "cblas.h"], True),
    "io": Layer(["engine"], GLIB + ["jansson", "gdk-pixbuf-2.0"],
                ["glib", "gio/", "jansson.h", "gdk-pixbuf/", "unistd.h", "fcntl.h", "sys/"]),
    "plot": Layer([], GLIB + ["cairo", "pangocairo", "gdk-pixbuf-2.0"],
                  ["glib", "gio/", "cairo", "pango/", "gdk-pixbuf/"]),
    "views": Layer(["engine", "plot"], GLIB + ["cairo"], ["glib", "libintl.h"]),
    "session": Layer(["io", "views"], GLIB, ["glib", "gio/"]),
    "cli": Layer(["session"], GLIB, ["glib", "gio/", "jansson.h", "unistd.h", "libintl.h"]),
    "app": Layer(["session", "plot"], GLIB + ["gtk4", "libadwaita-1"],
                 ["glib", "gio/", "gtk/", "gdk/", "gsk/", "adwaita.h", "cairo", "pango/",
                  "libintl.h", "graphene.h"]),
}

STANDARD = {name + ".h" for name in """assert complex ctype errno fenv float inttypes iso646 limits
    locale math setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
    stdnoreturn string tgmath threads time uchar wchar wctype""".split()}
# Nothing below io prints, and nothing there depends on the locale.
NOT_PURE = {"stdio.h", "locale.h", "signal.h", "setjmp.h", "assert.h"}
FORBIDDEN = set("""printf fprintf vprintf vfprintf puts putchar fputs fputc fwrite perror
    __printf_chk __fprintf_chk __vfprintf_chk stdout stderr exit _exit _Exit quick_exit abort
    __assert_fail setlocale getenv setenv rand srand random""".split())
ALLOCATORS = set("malloc calloc realloc free aligned_alloc posix_memalign strdup".split())
GENERATED = {"st-config.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def below(name):
    """The layers that may be used from NAME, in the order in which a linker wants them."""
    found = []
    for needed in LAYERS[name].needs:
        found += [needed, *below(needed)]
    return [layer for i, layer in enumerate(found) if layer not in found[i + 1:]]


def packages(name):
    return sorted({p for layer in [name, *below(name)] for p in LAYERS[layer].packages})


def libraries(build, name):
    """What NAME was built into; more than one where parts are compiled for several machines."""
    return sorted((build / "src" / name).glob("lib*.a"))


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def bad_includes(source, name, owners):
    allowed = {name, *below(name)}
    layer = LAYERS[name]
    for path in sorted((source / "src" / name).rglob("*.[ch]")):
        for _, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            where = f"{path.relative_to(source)} includes {header}"
            plain = header.rsplit("/", 1)[-1]
            if plain in owners or plain in GENERATED:
                if "/" in header:
                    yield f"{where}: not by a path"
                elif plain in owners and owners[plain] not in allowed:
                    yield f"{where}: {owners[plain]} is not below {name}"
            elif header in STANDARD:
                if layer.pure and header in NOT_PURE:
                    yield f"{where}: no business of a layer without GLib"
            elif not any(header.startswith(prefix) for prefix in layer.headers):
                yield f"{where}: foreign to {name}"


def bad_links(build, name, compiler):
    lower = [str(path) for layer in below(name) for path in libraries(build, layer)]
    flags = run("pkg-config", "--libs", *packages(name)).stdout.split() if packages(name) else []
    with tempfile.TemporaryDirectory() as folder:
        linked = run(*compiler, "-shared", "-o", f"{folder}/layer.so", "-Wl,--no-undefined",
                     "-Wl,--whole-archive", *map(str, libraries(build, name)),
                     "-Wl,--no-whole-archive", *lower, *flags, "-lm", "-lpthread")
    if linked.returncode:
        symbols = sorted(set(re.findall(r"undefined reference to `([^']+)'", linked.stderr)))
        yield from (f"{name} calls {symbol}, which is not below it" for symbol in symbols)
        if not symbols:
            yield linked.stderr


def bad_calls(build, name):
    paths = [str(path) for path in libraries(build, name)]
    member = ""
    for line in run("nm", "-u", *paths).stdout.splitlines():
        if line.endswith(":"):
            member = line.rsplit("/", 1)[-1][:-1]
        elif line.split():
            symbol = line.split()[-1].split("@")[0]
            if symbol in FORBIDDEN:
                yield f"{member} uses {symbol}"
            elif symbol in ALLOCATORS and not (name == "core" and "st-alloc" in member):
                yield f"{member} uses {symbol}: only core's allocator does"
    # A constant table of pointers is in .data.rel.ro and is none.
    for line in run("objdump", "-t", *paths).stdout.splitlines():
        match = re.search(r" O (\.data|\.bss|\.tdata|\.tbss|\*COM\*)(\.\S+)?\t\S+ +(?:\.hidden )?(\S+)$",
                          line)
        if match and not (match[2] or "").startswith(".rel.ro"):
            yield f"{name} has the variable {match[3]}"


def main():
    source, build, compiler = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    owners = {path.name: path.parent.name for path in source.glob("src/*/*.h")}
    folders = {path.name for path in (source / "src").iterdir() if path.is_dir()}
    results = [("every folder of src is a layer known here",
                [f"src/{name} is not" for name in sorted(folders - LAYERS.keys())])]
    for name, layer in LAYERS.items():
        if name in folders:
            results.append((f"{name}: includes", list(bad_includes(source, name, owners))))
        if libraries(build, name):
            results.append((f"{name}: link", list(bad_links(build, name, compiler))))
            if layer.pure:
                results.append((f"{name}: calls", list(bad_calls(build, name))))
        elif layer.pure:
            results.append((f"{name}: link", ["there is no library of it"]))
    print(f"1..{len(results)}")
    for number, (title, complaints) in enumerate(results, 1):
        print(f"{'not ok' if complaints else 'ok'} {number} {title}")
        for complaint in complaints:
            for line in complaint.splitlines():
                print(f"# {line}")


if __name__ == "__main__":
    main()
