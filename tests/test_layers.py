"""A module imports only from a smaller layer; modules of one layer are strangers (inside one folder is fine)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import appraisal

PACKAGE = Path(appraisal.__file__).parent

# The table of the layout: first word below the package → layer. ``checks`` holds the identities that stand beside
# metrics; ``clock`` needs units only, and the types of ``operation`` hold one.
LAYERS = {
    "errors": 0, "text": 0, "units": 0, "compiled": 0,
    "discount": 1, "field": 1, "book": 1, "clock": 1,
    "library": 2, "operation": 2, "regulated": 2,
    "case": 3, "intake": 3, "billing": 3,
    "streams": 4, "tariff_import": 4,
    "scenario": 5, "dispatch": 5,
    "finance": 6,
    "metrics": 7, "checks": 7, "payments": 7,
    "pipeline": 8,
    "study": 9,
    "batch": 10,
    "report": 11,
    "app": 12, "cli": 12,
}  # fmt: skip

# The package's own file holds public names loaded on first use; __main__ starts the command line.
OUTSIDE = {"__init__", "__main__"}


def _module_of(path: Path, package: Path) -> str:
    return ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, package: Path) -> Iterator[tuple[int, str]]:
    """(line, first word below the package) of every import of it, wherever in the file it stands."""
    name = package.name
    here = _module_of(path, package).split(".")
    within = here if path.stem == "__init__" else here[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = within[: len(within) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            # ``from appraisal import discount`` names the module after the word import.
            targets = [f"{stem}.{alias.name}" for alias in node.names] if stem == name else [stem]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            targets = [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
        else:
            continue
        for target in targets:
            first, _, rest = str(target).partition(".")
            if first == name and rest:
                yield node.lineno, rest.split(".")[0]


def broken_layers(package: Path) -> list[str]:
    """One message for every import that climbs, and for every module without a layer."""
    found = []
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package)
        source = place.parts[0].removesuffix(".py")
        if source in OUTSIDE:
            continue
        if source not in LAYERS:
            found.append(f"{place.as_posix()}:1 {source} has no layer; add it to the table")
            continue
        for line, target in _imported(path, package):
            if target == source:
                continue
            if target in LAYERS and LAYERS[target] >= LAYERS[source]:
                found.append(f"{place.as_posix()}:{line} {source} imports {target}")
            elif target not in LAYERS and (package / target).with_suffix(".py").is_file() | (package / target).is_dir():
                found.append(f"{place.as_posix()}:{line} {source} imports {target}, which has no layer")
    return found


def test_layers_of_the_package_hold() -> None:
    """No module imports from its own layer or above."""
    assert broken_layers(PACKAGE) == []


def test_every_layer_of_the_table_that_is_built_exists() -> None:
    """The table names no module that has gone (study and app come with later versions)."""
    built = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert set(LAYERS) - built <= {"study", "app"}


def test_an_import_that_climbs_is_named_with_its_line(tmp_path: Path) -> None:
    """Plain, relative, inside a function, under TYPE_CHECKING, by import_module: each is seen."""
    tree = {
        "__init__.py": "from appraisal import pipeline\n",
        "streams/__init__.py": "",
        "streams/arbitrage.py": "from appraisal.case import Case\n\n\ndef settle() -> None:\n    from appraisal.finance import books\n",
        "case/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..streams import arbitrage\n",
        "finance/__init__.py": "import appraisal.metrics\nfrom appraisal import pipeline\n",
        "metrics.py": "from appraisal.checks import check\n",
        "checks.py": "from importlib import import_module\nimport_module('appraisal.pipeline')\n",
        "pipeline.py": "from appraisal.metrics import measure\nfrom appraisal import discount, __version__\n",
        "discount/__init__.py": "from appraisal.discount._irr import rates\n",
        "discount/_irr.py": "",
        "stray.py": "",
    }
    package = tmp_path / "appraisal"
    for name, text in tree.items():
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert broken_layers(package) == [
        "case/__init__.py:3 case imports streams",
        "checks.py:2 checks imports pipeline",
        "finance/__init__.py:1 finance imports metrics",
        "finance/__init__.py:2 finance imports pipeline",
        "metrics.py:1 metrics imports checks",
        "stray.py:1 stray has no layer; add it to the table",
        "streams/arbitrage.py:5 streams imports finance",
    ]
