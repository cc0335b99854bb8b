"""A fingerprint of the code that a stage really imports.

Snakemake does not see edits to imported modules; given as a parameter of the rules, the fingerprint
makes an edit re-run what it can change. It is a hash of the syntax trees, without comments,
docstrings and layout, of a module and of everything of this package that it imports. Where a module
lies does not count: code that moves keeps its fingerprint. Nor does the Python that reads the code.
"""

import ast
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = __name__.split(".")[0]

# What this module counts for in fingerprints. It makes no result, so no change of it may re-run one, nor
# cut records off from the code that made them; the value is its own hash of when this was written.
ITSELF = "76b15983c1e316b9073ff261b1edc3de328d5384235d8c759700daa630d2d0ae"


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


def _text(node: object) -> str:
    """A syntax tree as text, the same from every Python: as `ast.dump` of 3.11 writes it.

    3.12 has type parameters, which code for 3.11 has none of, and ends a format in an f-string with an
    empty text; 3.13 leaves out empty lists.
    """
    if isinstance(node, list):
        return f"[{', '.join(map(_text, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: getattr(node, name, None) for name in node._fields if name != "type_params"}
    if isinstance(node, ast.JoinedStr):
        fields["values"] = [part for part in node.values if getattr(part, "value", None) != ""]
    told = [
        f"{name}={_text(value)}"
        for name, value in fields.items()
        if value is not None or getattr(type(node), name, ...) is not None
    ]
    return f"{type(node).__name__}({', '.join(told)})"


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
    if module == __name__:
        return _Module(ITSELF, (), frozenset())
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
    return _Module(_digest(_text(tree)), tuple(sources), frozenset(imports))


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
