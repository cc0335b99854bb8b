"""Sums over the entries of sparse rows, vector by vector, with a fixed order of addition.

Of a weight that many rows ask for, `_WIDTH` units at a time are laid side by side, a line a column: a
panel, small enough for the processor's nearest cache. Every sum is one chain of fused multiply-adds over
a row's entries in order, so that its bits depend on no processor; see `products.py`.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from mmoe_repro.compiled import exact
from mmoe_repro.compiled.functions import f32
from mmoe_repro.compiled.products import _LANES as SQUARE
from mmoe_repro.compiled.products import _turn as turn
from mmoe_repro.processor import WIDE

_FLOAT, _INT, _WORD = ir.FloatType(), ir.IntType(32), ir.IntType(64)
_LANES = 16  # of a vector: one register with AVX-512, else two
_VECTORS = 2
_WIDTH = _LANES * _VECTORS
_BLOCK = 64  # samples that are turned at once
_VECTOR = ir.VectorType(_FLOAT, _LANES)


def _function(module: Any, gathers: bool) -> Any:
    """The function that goes over a block of rows, in `module`.

    It takes the panel; `whole`, a line that belongs to all rows; the block, a line a row; where each
    row's entries begin; their places in the panel and values; the number of rows; and whether it
    rectifies. Where it `gathers`, a line of the block becomes `whole` + the sum of value x panel line
    over the row's entries, and what is below 0 of it 0 if it rectifies; else it adds value x the block's
    line to those lines of the panel, and the block's line to `whole`.
    """
    name = "rows_gather" if gathers else "rows_scatter"
    if name in module.globals:
        return module.globals[name]
    number, integer = _FLOAT.as_pointer(), _INT.as_pointer()
    arguments = [number, number, number, integer, integer, number, _WORD, ir.IntType(1)]
    kind = ir.FunctionType(ir.VoidType(), arguments)
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    if WIDE:  # not one of those that llvmlite knows
        set.add(function.attributes, '"target-features"="+avx512f,+avx512vl,+avx2,+fma"')
    panel, whole, block, begins, places, values, rows, rectifies = function.args
    entry, row, loop, after, end = (
        function.append_basic_block(label) for label in ("entry", "row", "entries", "next", "end")
    )
    fma = cgutils.get_or_insert_function(
        module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.fma.v{_LANES}f32"
    )
    builder = ir.IRBuilder(entry)
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    all_first = ir.Constant(ir.VectorType(_INT, _LANES), [0] * _LANES)

    def at(data: Any, offset: Any, kind: Any = _FLOAT) -> Any:
        return builder.gep(data, [offset], source_etype=kind)

    def vectors(data: Any) -> list[Any]:
        parts = (at(data, _WORD(_LANES * v)) for v in range(_VECTORS))
        return [builder.bitcast(part, _VECTOR.as_pointer()) for part in parts]

    def load(data: Any) -> list[Any]:
        return [builder.load(part, typ=_VECTOR, align=4) for part in vectors(data)]

    def store(line: list[Any], data: Any) -> None:
        for value, part in zip(line, vectors(data), strict=True):
            builder.store(value, part, align=4)

    def whole_number(data: Any, offset: Any) -> Any:
        return builder.sext(builder.load(at(data, offset, _INT), typ=_INT, align=4), _WORD)

    def line(*coming: tuple[list[Any], Any]) -> list[Any]:
        found = [builder.phi(_VECTOR) for _ in range(_VECTORS)]
        for values_of, block_of in coming:
            come(found, values_of, block_of)
        return found

    def come(phis: list[Any], values_of: list[Any], block_of: Any) -> None:
        for phi, value in zip(phis, values_of, strict=True):
            phi.add_incoming(value, block_of)

    start = load(whole)
    builder.branch(row)

    builder.position_at_end(row)
    i = builder.phi(_WORD)
    i.add_incoming(_WORD(0), entry)
    total = [] if gathers else line((start, entry))
    here = at(block, builder.mul(i, _WORD(_WIDTH)))
    first, last = whole_number(begins, i), whole_number(begins, builder.add(i, _WORD(1)))
    given = [] if gathers else load(here)
    grown = [builder.fadd(a, b) for a, b in zip(total, given, strict=True)]
    builder.cbranch(builder.icmp_signed("<", first, last), loop, after)

    builder.position_at_end(loop)
    e = builder.phi(_WORD)
    e.add_incoming(first, row)
    sums = line((start, row)) if gathers else []
    value = builder.load(at(values, e), typ=_FLOAT, align=4)
    lane = builder.insert_element(undefined, value, _INT(0))
    factor = builder.shuffle_vector(lane, undefined, all_first)
    of_panel = at(panel, whole_number(places, e))
    if gathers:
        added = [
            builder.call(fma, [factor, a, b]) for a, b in zip(load(of_panel), sums, strict=True)
        ]
        come(sums, added, loop)
    else:
        added = [
            builder.call(fma, [factor, a, b]) for a, b in zip(given, load(of_panel), strict=True)
        ]
        store(added, of_panel)
    following = builder.add(e, _WORD(1))
    e.add_incoming(following, loop)
    builder.cbranch(builder.icmp_signed("<", following, last), loop, after)

    builder.position_at_end(after)
    if gathers:
        zero = ir.Constant(_VECTOR, None)

        def rectified(x: Any) -> Any:  # what is no number is not below 0, and stays to be seen
            return builder.select(builder.fcmp_ordered("<=", x, zero), zero, x)

        sums = line((start, row), (added, loop))
        store([builder.select(rectifies, rectified(x), x) for x in sums], here)
    else:
        come(total, grown, after)
    following = builder.add(i, _WORD(1))
    i.add_incoming(following, after)
    builder.cbranch(builder.icmp_signed("<", following, rows), row, end)

    builder.position_at_end(end)
    if not gathers:
        store(grown, whole)
    builder.ret_void()
    return function


def _over_rows(gathers: bool) -> Any:
    """`_function` for compiled code, over `rows` rows of those that `begins` has, from `first` on."""

    @intrinsic
    def goes(_, panel, whole, block, begins, first, places, values, rows, rectifies):  # type: ignore[no-untyped-def]
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            data = {
                k: context.make_array(signature.args[k])(context, builder, arguments[k]).data
                for k in (0, 1, 2, 3, 5, 6)
            }
            flag = builder.trunc(arguments[8], ir.IntType(1))
            from_first = builder.gep(data[3], [arguments[4]], source_etype=_INT)
            builder.call(
                _function(builder.module, gathers),
                [data[0], data[1], data[2], from_first, data[5], data[6], arguments[7], flag],
            )
            return context.get_dummy_value()

        word = types.intp
        of = types.void(panel, whole, block, begins, word, places, values, word, types.boolean)
        return of, generate

    return goes


_gather_rows, _scatter_rows = _over_rows(True), _over_rows(False)


@exact
def entries(index, starts, columns, values):  # type: ignore[no-untyped-def]
    """The entries of some rows of a table side by side: where each row's begin (row + 1,), the places
    of their columns in a panel, and their values."""
    begins = np.empty(index.size + 1, np.int32)
    n = 0
    for i in range(index.size):
        begins[i] = n
        n += starts[index[i] + 1] - starts[index[i]]
    begins[index.size] = n
    places, of = np.empty(n, np.int32), np.empty(n, np.float32)
    # Rows of a shuffled batch lie anywhere: look at the ends of each first, so that waits for memory
    # overlap. The sum has no meaning.
    if n:
        seen = f32(0)
        for i in range(index.size):
            e = min(starts[index[i]], values.size - 1)
            seen += values[e] + f32(columns[e])
        of[0] = seen
    for i in range(index.size):
        e = begins[i]
        for j in range(starts[index[i]], starts[index[i] + 1]):
            places[e], of[e] = columns[j] * _WIDTH, values[j]
            e += 1
    return begins, places, of


@exact
def _turned(out, a, m, n, rows, columns):  # type: ignore[no-untyped-def]
    """The first rows and columns of `a`, in rows of `n`, turned into `out`, in rows of `m`."""
    if rows < SQUARE or columns < SQUARE:
        for i in range(rows):
            for j in range(columns):
                out[j * m + i] = a[i * n + j]
        return
    for i in range(0, rows, SQUARE):  # the last of either go over some that are done again
        for j in range(0, columns, SQUARE):
            turn(out, a, min(i, rows - SQUARE), min(j, columns - SQUARE), m, n)  # type: ignore[call-arg]


@exact
def gather(weight, bias, rectifies, begins, places, values, reference, replaced, out):  # type: ignore[no-untyped-def]
    """out = weight times the rows + bias, and at least 0 if it rectifies.

    weight (unit, d), bias (unit,), out (unit, sample), entries as `entries` has them; `reference` and
    `replaced` as a table's (`models/rows.py`).
    """
    (units, d), samples = weight.shape, out.shape[1]
    panel, whole = np.zeros((d, _WIDTH), np.float32), np.empty(_WIDTH, np.float32)
    block = np.empty((_BLOCK, _WIDTH), np.float32)
    of_weight, of_out = weight.reshape(-1), out.reshape(-1)
    for u in range(0, units, _WIDTH):
        n = min(_WIDTH, units - u)
        _turned(panel.reshape(-1), of_weight[u * d :], _WIDTH, d, n, d)
        whole[:] = f32(0)
        whole[:n] = bias[u : u + n]
        for c in range(d):
            value = reference[c]
            if value != f32(0):
                for k in range(_WIDTH):
                    whole[k] += value * panel[c, k]
        for c in range(d):  # a replaced column replaces none itself
            other = replaced[c]
            if other >= 0:
                for k in range(_WIDTH):
                    panel[c, k] -= panel[other, k]
        for first in range(0, samples, _BLOCK):
            rows = min(_BLOCK, samples - first)
            _gather_rows(panel, whole, block, begins, first, places, values, rows, rectifies)
            _turned(of_out[u * samples + first :], block.reshape(-1), samples, _WIDTH, rows, n)


@exact
def scatter(  # type: ignore[no-untyped-def]
    gradient, forward, rectifies, begins, places, values, reference, replaced, out, of_bias
):  # fmt: skip
    """out (unit, d), of_bias (unit,): the gradients of weight and bias for that of `gather`'s output,
    which was `forward` (unit, sample)."""
    (units, d), samples = out.shape, gradient.shape[1]
    passed = np.empty((_WIDTH, _BLOCK), np.float32)
    panel, whole = np.empty((d, _WIDTH), np.float32), np.empty(_WIDTH, np.float32)
    block = np.zeros((_BLOCK, _WIDTH), np.float32)
    of_out = out.reshape(-1)
    for u in range(0, units, _WIDTH):
        n = min(_WIDTH, units - u)
        panel[:], whole[:] = f32(0), f32(0)
        for first in range(0, samples, _BLOCK):
            rows = min(_BLOCK, samples - first)
            for k in range(n):
                line, of = (
                    gradient[u + k, first : first + rows],
                    forward[u + k, first : first + rows],
                )
                for i in range(rows):
                    passes = not rectifies or of[i] > f32(0)
                    passed[k, i] = line[i] if passes else f32(0)
            _turned(block.reshape(-1), passed.reshape(-1), _WIDTH, _BLOCK, n, rows)
            _scatter_rows(panel, whole, block, begins, first, places, values, rows, rectifies)
        of_bias[u : u + n] = whole[:n]
        for c in range(d):
            other = replaced[c]
            if other >= 0:
                for k in range(_WIDTH):
                    panel[other, k] -= panel[c, k]
        for c in range(d):
            value = reference[c]
            if value != f32(0):
                for k in range(_WIDTH):
                    panel[c, k] += value * whole[k]
        _turned(of_out[u * d :], panel.reshape(-1), d, _WIDTH, d, n)
