"""Matrix products of small float32 matrices with a fixed order of addition.

Every element of a product is one chain of fused multiply-adds over the inner index, in order, whatever
the matrices' sizes and wherever in them it stands: so its bits depend on no library, and on no processor
that has the instruction. A tile of the product, at most 6 rows of 16 columns, is summed up in registers.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

_FLOAT, _WORD = ir.FloatType(), ir.IntType(64)
_LANES = 8  # of a register
_DEPTH, _ROWS = 128, 60  # of a block

TILES = [(rows, columns) for rows in (6, 5, 4, 3, 2, 1) for columns in (16, 8, 4, 2, 1)]


def _tile(
    context: Any, builder: Any, signature: Any, arguments: Any, rows: int, columns: int
) -> None:
    """Generate the code of one tile, `rows` x `columns` of the product."""
    lanes = min(columns, _LANES)
    vectors = columns // lanes
    vector = ir.VectorType(_FLOAT, lanes)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
    _, out_row, _, a_row, a_step, _, b_row, b_first, b_column, first, inner, i, j = arguments
    of = [context.make_array(signature.args[n])(context, builder, arguments[n]) for n in (0, 2, 5)]

    def at(data: Any, offset: Any) -> Any:
        return builder.gep(data, [offset], source_etype=_FLOAT)

    kind = ir.FunctionType(vector, [vector] * 3)
    fma = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{lanes}f32")
    row = [builder.add(i, _WORD(m)) for m in range(rows)]
    a_first = at(of[1].data, builder.mul(first, a_step))
    a_rows = [at(a_first, builder.mul(r, a_row)) for r in row]
    b_start = at(of[2].data, builder.add(builder.mul(b_first, b_row), b_column))
    places = [
        builder.bitcast(at(of[0].data, offset), vector.as_pointer())
        for start in (builder.add(builder.mul(r, out_row), j) for r in row)
        for offset in (builder.add(start, _WORD(lanes * v)) for v in range(vectors))
    ]
    zero = ir.Constant(vector, None)
    anew = builder.icmp_signed("==", first, _WORD(0))
    begun = [builder.select(anew, zero, builder.load(p, typ=vector, align=4)) for p in places]
    before = builder.block
    loop, done = (builder.append_basic_block(label) for label in ("inner", "done"))
    builder.branch(loop)
    builder.position_at_end(loop)
    k = builder.phi(_WORD)
    k.add_incoming(_WORD(0), before)
    sums = [builder.phi(vector) for _ in range(rows * vectors)]
    b_at = at(b_start, builder.mul(k, b_row))
    rights = [builder.load(at(b_at, _WORD(lanes * v)), typ=vector, align=4) for v in range(vectors)]
    a_offset, added = builder.mul(k, a_step), []
    for m in range(rows):
        one = builder.load(at(a_rows[m], a_offset), typ=_FLOAT, align=4)
        lane = builder.insert_element(ir.Constant(vector, ir.Undefined), one, ir.IntType(32)(0))
        left = builder.shuffle_vector(lane, ir.Constant(vector, ir.Undefined), zeros)
        for v in range(vectors):
            added.append(builder.call(fma, [left, rights[v], sums[m * vectors + v]]))
    after = builder.add(k, _WORD(1))
    k.add_incoming(after, loop)
    for total, start, end in zip(sums, begun, added, strict=True):
        total.add_incoming(start, before)
        total.add_incoming(end, loop)
    builder.cbranch(builder.icmp_signed("<", after, inner), loop, done)
    builder.position_at_end(done)
    for total, place in zip(added, places, strict=True):
        builder.store(total, place, align=4)


@intrinsic
def _any_tile(  # type: ignore[no-untyped-def]
    _,
    rows,
    columns,
    out,
    out_row,
    a,
    a_row,
    a_step,
    b,
    b_row,
    b_first,
    b_column,
    first,
    inner,
    i,
    j,
):
    """The tile of `rows` and `columns`, which must be of `TILES`, at row `i` and column `j` of `out`:
    `inner` more terms of each chain, from the term `first` on, which stands at `b_first`, `b_column` of
    `b`."""
    word = types.intp
    of_tile = types.void(out, word, a, word, word, b, *[word] * 7)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        key = builder.add(builder.mul(arguments[0], _WORD(32)), arguments[1])
        end = builder.append_basic_block("end")
        switch = builder.switch(key, end)
        for tile in TILES:
            case = builder.append_basic_block("tile")
            switch.add_case(_WORD(32 * tile[0] + tile[1]), case)
            builder.position_at_end(case)
            _tile(context, builder, of_tile, arguments[2:], *tile)
            builder.branch(end)
        builder.position_at_end(end)
        return context.get_dummy_value()

    return types.void(word, word, *of_tile.args), generate


@intrinsic
def _turn(_, out, a, i, j, m, n):  # type: ignore[no-untyped-def]
    """The square of `_LANES` rows at row `i` and column `j` of `a` (m, n), turned into `out` (n, m)."""
    word = types.intp

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(_FLOAT, _LANES)
        to, of = (
            context.make_array(signature.args[k])(context, builder, arguments[k]).data
            for k in (0, 1)
        )
        i, j, m, n = arguments[2:]

        def place(data: Any, row: Any, width: Any, column: Any) -> Any:
            start = builder.add(builder.mul(row, width), column)
            return builder.bitcast(
                builder.gep(data, [start], source_etype=_FLOAT), vector.as_pointer()
            )

        rows = [builder.load(place(of, builder.add(i, _WORD(k)), n, j), typ=vector, align=4)
                for k in range(_LANES)]  # fmt: skip
        for far in (1, 2, 4):  # squares of 2, 4, 8: swap the two corners off the diagonal
            for k in (k for k in range(_LANES) if not k & far):
                upper, lower = rows[k], rows[k + far]
                kinds = [
                    [lane if not lane & far else _LANES + lane - far for lane in range(_LANES)],
                    [lane + far if not lane & far else _LANES + lane for lane in range(_LANES)],
                ]
                rows[k], rows[k + far] = (
                    builder.shuffle_vector(
                        upper, lower, ir.Constant(ir.VectorType(ir.IntType(32), _LANES), lanes)
                    )
                    for lanes in kinds
                )
        for k in range(_LANES):
            builder.store(rows[k], place(to, builder.add(j, _WORD(k)), m, i), align=4)
        return context.get_dummy_value()

    return types.void(out, a, word, word, word, word), generate


# Not inlined: nothing in it may be reordered, so that it computes the same wherever it is called from.
_own = njit(cache=True, error_model="numpy", nogil=True)


@_own
def _tiles(columns, out, a, a_row, a_step, b, at, first, inner, top, bottom, j):  # type: ignore[no-untyped-def]
    """`inner` more terms of some columns of the rows from `top` to `bottom`; `at` is the place in b."""
    n, m = out.shape[1], b.shape[1]
    for i in range(top, bottom, 6):
        rows = min(6, bottom - i)
        _any_tile(  # type: ignore[call-arg]
            rows, columns, out, n, a, a_row, a_step, b, m, at[0], at[1], first, inner, i, j
        )


@_own
def _product(out, a, a_row, a_step, b, inner):  # type: ignore[no-untyped-def]
    """Block by block, so that a block of `a` and a strip of `b` stay in the cache."""
    m, n = out.shape
    packed = m >= 24 and n >= 32 and inner >= 64  # else packing costs more than it gives
    strip = np.empty((_DEPTH if packed else 0, 16), np.float32)
    for first in range(0, inner, _DEPTH):
        depth = min(_DEPTH, inner - first)
        for top in range(0, m, _ROWS):
            bottom = min(top + _ROWS, m)
            j = 0
            for columns in (16, 8, 4, 2, 1):
                while j + columns <= n:
                    if packed and columns == 16:
                        for k in range(depth):
                            for c in range(16):
                                strip[k, c] = b[first + k, j + c]
                        _tiles(
                            columns,
                            out,
                            a,
                            a_row,
                            a_step,
                            strip,
                            (0, 0),
                            first,
                            depth,
                            top,
                            bottom,
                            j,
                        )
                    else:
                        _tiles(
                            columns,
                            out,
                            a,
                            a_row,
                            a_step,
                            b,
                            (first, j),
                            first,
                            depth,
                            top,
                            bottom,
                            j,
                        )
                    j += columns


@_own
def product(a, b, out):  # type: ignore[no-untyped-def]
    """out = a b: a (m, k), b (k, n), out (m, n), float32 in C order; k at least 1."""
    _product(out, a, a.shape[1], 1, b, a.shape[1])


@_own
def product_of_transposed(a, b, out):  # type: ignore[no-untyped-def]
    """out = a' b: a (k, m), b (k, n), out (m, n), float32 in C order; k at least 1."""
    _product(out, a, 1, a.shape[1], b, a.shape[0])


@_own
def transposed(a, out):  # type: ignore[no-untyped-def]
    """out = a': a (m, n), out (n, m), in C order."""
    m, n = a.shape
    if m < _LANES or n < _LANES:
        for i in range(m):
            for j in range(n):
                out[j, i] = a[i, j]
        return
    for i in range(0, m, _LANES):  # the last of either go over some that are done again
        for j in range(0, n, _LANES):
            _turn(out, a, min(i, m - _LANES), min(j, n - _LANES), m, n)  # type: ignore[call-arg]
