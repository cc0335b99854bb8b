"""Matrix products of small float32 matrices with a fixed order of addition.

Every element of a product is one chain of fused multiply-adds over the inner index, in order, whatever
the matrices' sizes and wherever in them it stands: so its bits depend on no library, and on no processor
that has the instruction. A tile of the product stays in registers, 16 columns wide; nothing is packed,
which pays for matrices that fit into the cache.

Not used by the learners yet: their products are numpy's (OpenBLAS).
"""

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

_FLOAT, _WORD = ir.FloatType(), ir.IntType(64)
_LANES = 8  # of a register


TILES = [(rows, columns) for rows in (6, 4, 1) for columns in (16, 8, 4, 2, 1)]


def _tile(
    context: Any, builder: Any, signature: Any, arguments: Any, rows: int, columns: int
) -> None:
    """Generate the code of one tile, `rows` x `columns` of the product."""
    lanes = min(columns, _LANES)
    vectors = columns // lanes
    vector = ir.VectorType(_FLOAT, lanes)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
    _, out_row, _, a_row, a_step, _, b_row, inner, i, j = arguments
    of = [context.make_array(signature.args[n])(context, builder, arguments[n]) for n in (0, 2, 5)]

    def at(data: Any, offset: Any) -> Any:
        return builder.gep(data, [offset], source_etype=_FLOAT)

    kind = ir.FunctionType(vector, [vector] * 3)
    fma = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{lanes}f32")
    row = [builder.add(i, _WORD(m)) for m in range(rows)]
    a_rows = [at(of[1].data, builder.mul(r, a_row)) for r in row]
    b_first = at(of[2].data, j)
    before = builder.block
    loop, done = (builder.append_basic_block(label) for label in ("inner", "done"))
    builder.branch(loop)
    builder.position_at_end(loop)
    k = builder.phi(_WORD)
    k.add_incoming(_WORD(0), before)
    sums = [builder.phi(vector) for _ in range(rows * vectors)]
    b_at = at(b_first, builder.mul(k, b_row))
    rights = [builder.load(at(b_at, _WORD(lanes * v)), typ=vector, align=4) for v in range(vectors)]
    a_offset, added = builder.mul(k, a_step), []
    for m in range(rows):
        one = builder.load(at(a_rows[m], a_offset), typ=_FLOAT, align=4)
        first = builder.insert_element(ir.Constant(vector, ir.Undefined), one, ir.IntType(32)(0))
        left = builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)
        for v in range(vectors):
            added.append(builder.call(fma, [left, rights[v], sums[m * vectors + v]]))
    after = builder.add(k, _WORD(1))
    k.add_incoming(after, loop)
    for start, end in zip(sums, added, strict=True):
        start.add_incoming(ir.Constant(vector, None), before)
        start.add_incoming(end, loop)
    builder.cbranch(builder.icmp_signed("<", after, inner), loop, done)
    builder.position_at_end(done)
    for m in range(rows):
        start = at(of[0].data, builder.add(builder.mul(row[m], out_row), j))
        for v in range(vectors):
            place = builder.bitcast(at(start, _WORD(lanes * v)), vector.as_pointer())
            builder.store(added[m * vectors + v], place, align=4)


@intrinsic
def _any_tile(  # type: ignore[no-untyped-def]
    _, rows, columns, out, out_row, a, a_row, a_step, b, b_row, inner, i, j
):
    """The tile of `rows` and `columns`, which must be of `TILES`, at row `i` and column `j` of `out`."""
    word = types.intp
    of_tile = types.void(out, word, a, word, word, b, word, word, word, word)

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


# Not inlined: nothing in it may be reordered, so that it computes the same wherever it is called from.
_own = njit(cache=True, error_model="numpy", nogil=True)


@_own
def _strip(rows, columns, out, a, a_row, a_step, b, inner, i, j):  # type: ignore[no-untyped-def]
    n, m = out.shape[1], b.shape[1]
    _any_tile(rows, columns, out, n, a, a_row, a_step, b, m, inner, i, j)  # type: ignore[call-arg]


@_own
def _column(columns, out, a, a_row, a_step, b, inner, j):  # type: ignore[no-untyped-def]
    """All rows of some columns; the last strip goes over rows that are done again, to the same bits."""
    n = out.shape[0]
    rows = 1 if n < 4 else 4 if n < 6 or (n % 6 and n % 4 == 0 and n <= 16) else 6
    i = 0
    while i + rows <= n:
        _strip(rows, columns, out, a, a_row, a_step, b, inner, i, j)
        i += rows
    if i < n:
        _strip(rows, columns, out, a, a_row, a_step, b, inner, n - rows, j)


@_own
def _product(out, a, a_row, a_step, b, inner):  # type: ignore[no-untyped-def]
    n, j = out.shape[1], 0
    for columns in (16, 8, 4):
        while j + columns <= n:
            _column(columns, out, a, a_row, a_step, b, inner, j)
            j += columns
    if j < n and n >= 4:  # over columns that are done again
        _column(4, out, a, a_row, a_step, b, inner, n - 4)
        return
    for columns in (2, 1):
        while j + columns <= n:
            _column(columns, out, a, a_row, a_step, b, inner, j)
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
    """out = a': a (m, n), out (n, m)."""
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[j, i] = a[i, j]
