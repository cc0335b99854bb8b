"""A fingerprint of the code that a stage really imports.

Snakemake does not see edits to imported modules; given as a parameter of the rules, the fingerprint
makes an edit re-run what it can change. It is a hash of the syntax trees, without comments,
docstrings and layout, of a module and of everything of this package that it imports.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = __name__.split(".")[0]


def _source(module: str) -> Path | None:
    """The file of a module, found without importing it; None if `module` is a name in one."""
    parts = module.split(".")[1:]
    base = Path(__file__).parent.joinpath(*parts)
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == PACKAGE}


def _bare(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.dump(tree)


@cache
def _trees(module: str) -> tuple[str, frozenset[str]]:
    path = _source(module)
    if path is None:
        return "", frozenset()
    tree = ast.parse(path.read_text())
    return _bare(tree), frozenset(_imports(tree))


def modules_behind(module: str) -> list[str]:
    """`module` and every module of the package that it imports, directly or not, sorted."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        text, imported = _trees(name)
        if name in seen or not text:
            continue
        seen.add(name)
        waiting.extend(imported)
    return sorted(seen)


def fingerprint(module: str) -> str:
    """Twelve hexadecimal digits that change when code behind `module` changes."""
    digest = hashlib.sha256()
    for name in modules_behind(module):
        digest.update(f"{name}\n{_trees(name)[0]}\n".encode())
    return digest.hexdigest()[:12]
