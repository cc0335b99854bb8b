"""A fingerprint of the code that a stage really imports.

Snakemake does not see edits to imported modules; given as a parameter of the rules, the fingerprint
makes an edit re-run what it can change. It is a hash of the syntax trees, without comments,
docstrings and layout, of a module and of everything of this package that it imports. Where a module
lies does not count: code that moves keeps its fingerprint.
"""

import ast
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = __name__.split(".")[0]


@cache
def _source(module: str) -> Path | None:
    """The file of a module, found without importing it; None if `module` is a name in one."""
    parts = module.split(".")[1:]
    base = Path(__file__).parent.joinpath(*parts)
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _is_ours(module: str | None) -> bool:
    return (module or "").split(".")[0] == PACKAGE


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return tree


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Module:
    code: str  # a hash of its own code, wherever what it imports comes from
    sources: tuple[str, ...]  # what of the package it imports from, in order
    imports: frozenset[str]  # everything that it may import: modules, and names in them


@cache
def _read(module: str) -> _Module:
    path = _source(module)
    if path is None:
        return _Module("", (), frozenset())
    tree = _without_docstrings(ast.parse(path.read_text()))
    sources: list[str] = []
    imports: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names if _is_ours(alias.name)}
        elif isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module):
            sources.append(node.module)
            imports |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            node.module = ""
    return _Module(_digest(ast.dump(tree)), tuple(sources), frozenset(imports))


@cache
def _with_imports(module: str) -> str:
    """A hash of a module's code in which each module that it imports from is named by its own code."""
    found = _read(module)
    return _digest("\n".join([found.code, *(_read(source).code for source in found.sources)]))


def modules_behind(module: str) -> list[str]:
    """`module` and every module of the package that it imports, directly or not, sorted."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen or _source(name) is None:
            continue
        seen.add(name)
        waiting.extend(_read(name).imports)
    return sorted(seen)


def fingerprint(*modules: str) -> str:
    """Twelve hexadecimal digits that change when code behind one of `modules` changes."""
    behind = {name for module in modules for name in modules_behind(module)}
    return _digest("\n".join(sorted(map(_with_imports, behind))))[:12]
