"""Matrix products of small float32 matrices with a fixed order of addition.

Every element of a product is one chain of fused multiply-adds over the inner index, in order, whatever
the matrices' sizes and wherever in them it stands: so its bits depend on no library, and on no processor
that has the instruction. A tile of the product is summed up in registers. Where there is AVX-512 it is
used, with the same bits: whatever its width, a register adds up each of its numbers by itself.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from llvmlite.binding import add_symbol
from numba import cfunc, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.numpy_support import carray

from mmoe_repro.processor import WIDE

_FLOAT, _WORD = ir.FloatType(), ir.IntType(64)
_LANES = 8  # of a register that every processor has
_DEPTH = 128  # of a strip
_WIDTHS = (32, 16, 8, 4, 2, 1) if WIDE else (16, 8, 4, 2, 1)  # of tiles, the widest first
_HEIGHTS = tuple(6 if width == 16 and not WIDE else 12 for width in _WIDTHS)  # no more registers


def _tile(module: Any, rows: int, columns: int) -> Any:
    """The function that computes one tile, `rows` x `columns` of the product, in `module`.

    It takes where the tile begins in `out`, `a` and `b`, the distance to the next row of each, to the
    next term in `a`, the number of terms, and whether the chains begin with them.
    """
    name = f"product_tile_{rows}x{columns}"
    if name in module.globals:
        return module.globals[name]
    lanes = min(columns, 16 if WIDE else _LANES)
    vectors = columns // lanes
    vector, pointer = ir.VectorType(_FLOAT, lanes), _FLOAT.as_pointer()
    kind = ir.FunctionType(
        ir.VoidType(), [pointer, _WORD, pointer, _WORD, _WORD, pointer, _WORD, _WORD, ir.IntType(1)]
    )
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    if lanes == 16:  # not one of those that llvmlite knows
        set.add(function.attributes, '"target-features"="+avx512f,+avx512vl,+avx2,+fma"')
    out, out_row, a, a_row, a_step, b, b_row, terms, anew = function.args
    before, loop, done = (function.append_basic_block(label) for label in ("entry", "terms", "end"))
    fma = cgutils.get_or_insert_function(
        module, ir.FunctionType(vector, [vector] * 3), f"llvm.fma.v{lanes}f32"
    )

    builder = ir.IRBuilder(before)

    def at(data: Any, offset: Any) -> Any:
        return builder.gep(data, [offset], source_etype=_FLOAT)

    places = [
        builder.bitcast(at(row, _WORD(lanes * v)), vector.as_pointer())
        for row in (at(out, builder.mul(out_row, _WORD(m))) for m in range(rows))
        for v in range(vectors)
    ]
    zero = ir.Constant(vector, None)
    begun = [builder.select(anew, zero, builder.load(p, typ=vector, align=4)) for p in places]
    a_rows = [at(a, builder.mul(a_row, _WORD(m))) for m in range(rows)]
    builder.branch(loop)
    builder.position_at_end(loop)
    k = builder.phi(_WORD)
    k.add_incoming(_WORD(0), before)
    sums = [builder.phi(vector) for _ in places]
    b_at, a_offset = at(b, builder.mul(k, b_row)), builder.mul(k, a_step)
    rights = [builder.load(at(b_at, _WORD(lanes * v)), typ=vector, align=4) for v in range(vectors)]
    added = []
    undefined = ir.Constant(vector, ir.Undefined)
    all_first = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
    for m in range(rows):
        one = builder.load(at(a_rows[m], a_offset), typ=_FLOAT, align=4)
        lane = builder.insert_element(undefined, one, ir.IntType(32)(0))
        left = builder.shuffle_vector(lane, undefined, all_first)
        for v in range(vectors):
            added.append(builder.call(fma, [left, rights[v], sums[m * vectors + v]]))
    after = builder.add(k, _WORD(1))
    k.add_incoming(after, loop)
    for total, start, end in zip(sums, begun, added, strict=True):
        total.add_incoming(start, before)
        total.add_incoming(end, loop)
    builder.cbranch(builder.icmp_signed("<", after, terms), loop, done)
    builder.position_at_end(done)
    for total, place in zip(added, places, strict=True):
        builder.store(total, place, align=4)
    builder.ret_void()
    return function


@intrinsic
def _any_tile(  # type: ignore[no-untyped-def]
    _, rows, columns, out, i, j, a, a_row, a_step, b, b_first, b_column, first, terms
):
    """The tile of `rows` and `columns` at row `i` and column `j` of `out`: `terms` more of each chain,
    from the term `first` on, which stands at `b_first`, `b_column` of `b`."""
    word = types.intp

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, columns, out, i, j, a, a_row, a_step, b, b_first, b_column, first, terms = arguments
        to, left, right = (
            context.make_array(signature.args[n])(context, builder, array)
            for n, array in ((2, out), (5, a), (8, b))
        )
        widths = [cgutils.unpack_tuple(builder, of.shape)[1] for of in (to, right)]

        def place(of: Any, *products: Any) -> Any:
            offset = _WORD(0)
            for x, y in products:
                offset = builder.add(offset, builder.mul(x, y))
            return builder.gep(of.data, [offset], source_etype=_FLOAT)

        one = _WORD(1)
        of_tile = [
            place(to, (i, widths[0]), (j, one)), widths[0],
            place(left, (i, a_row), (first, a_step)), a_row, a_step,
            place(right, (b_first, widths[1]), (b_column, one)), widths[1],
            terms, builder.icmp_signed("==", first, _WORD(0)),
        ]  # fmt: skip
        end = builder.append_basic_block("end")
        switch = builder.switch(builder.add(builder.mul(rows, _WORD(64)), columns), end)
        for width, tallest in zip(_WIDTHS, _HEIGHTS, strict=True):
            for height in range(1, tallest + 1):
                case = builder.append_basic_block("tile")
                switch.add_case(_WORD(64 * height + width), case)
                builder.position_at_end(case)
                builder.call(_tile(builder.module, height, width), of_tile)
                builder.branch(end)
        builder.position_at_end(end)
        return context.get_dummy_value()

    of = types.void(word, word, out, word, word, a, word, word, b, word, word, word, word)
    return of, generate


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


@intrinsic
def _pack(_, strip, k, b, row, j):  # type: ignore[no-untyped-def]
    """Row `k` of `strip`, as wide as the widest tile, becomes that of a row of `b` from column `j`."""
    word = types.intp

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        strip, k, b, row, j = arguments
        to, of = (
            context.make_array(signature.args[n])(context, builder, array)
            for n, array in ((0, strip), (2, b))
        )
        vector = ir.VectorType(_FLOAT, _WIDTHS[0])
        width = cgutils.unpack_tuple(builder, of.shape)[1]
        places = [
            builder.bitcast(builder.gep(array.data, [at], source_etype=_FLOAT), vector.as_pointer())
            for array, at in (
                (to, builder.mul(k, _WORD(_WIDTHS[0]))),
                (of, builder.add(builder.mul(row, width), j)),
            )
        ]
        builder.store(builder.load(places[1], typ=vector, align=4), places[0], align=4)
        return context.get_dummy_value()

    return types.void(strip, word, b, word, word), generate


# Not inlined: nothing in it may be reordered, so that it computes the same wherever it is called from.
# Numbers in it are variables (`np.int64(1)`): numba compiles a function anew for every literal.
_own = njit(cache=True, error_model="numpy", nogil=True)


@_own
def _tiles(columns, tallest, out, j, a, a_row, a_step, b, b_first, b_column, first, terms):  # type: ignore[no-untyped-def]
    """`terms` more of the chains in the columns from `j` on; see `_any_tile`."""
    m = out.shape[0]
    for i in range(0, m, tallest):
        rows = min(tallest, m - i)
        _any_tile(  # type: ignore[call-arg]
            rows, columns, out, i, j, a, a_row, a_step, b, b_first, b_column, first, terms
        )


@_own
def _product(out, a, a_row, a_step, b, inner):  # type: ignore[no-untyped-def]
    """Strip by strip of `b`, so that it stays in the cache while all rows of `a` pass."""
    m, n = out.shape
    widest, zero = _WIDTHS[0], np.int64(0)
    packed = m >= 24 and n >= 32 and inner >= 64  # else packing costs more than it gives
    strip = np.empty((_DEPTH if packed else 0, widest), np.float32)
    for first in range(0, inner, _DEPTH):
        terms = min(_DEPTH, inner - first)
        j = zero
        for columns, tallest in zip(_WIDTHS, _HEIGHTS):  # noqa: B905 - numba knows no `strict`
            while j + columns <= n:
                if packed and columns == widest:
                    for k in range(terms):
                        _pack(strip, k, b, first + k, j)  # type: ignore[call-arg]
                    _tiles(
                        columns, tallest, out, j, a, a_row, a_step, strip, zero, zero, first, terms
                    )
                else:
                    _tiles(columns, tallest, out, j, a, a_row, a_step, b, first, j, first, terms)
                j += columns


# The linker knows it by a name. Called as other compiled functions are, it would be compiled into every
# function that calls it, and once more into those that call them: that took half a minute.
_numbers = types.CPointer(types.float32)
_SIGNATURE = types.void(_numbers, _numbers, _numbers, *[types.int64] * 5)


@cfunc(_SIGNATURE, cache=True)
def _by_name(out, a, b, m, n, inner, a_row, a_step):  # type: ignore[no-untyped-def]
    left = carray(a, (m, inner) if a_step == 1 else (inner, m))
    _product(carray(out, (m, n)), left, a_row, a_step, carray(b, (inner, n)), inner)


add_symbol("mmoe_repro_product", _by_name.address)
_named: Any = types.ExternalFunction("mmoe_repro_product", _SIGNATURE)


@_own
def product(a, b, out):  # type: ignore[no-untyped-def]
    """out = a b: a (m, k), b (k, n), out (m, n), float32 in C order; k at least 1."""
    (m, n), inner = out.shape, a.shape[1]
    _named(out.ctypes, a.ctypes, b.ctypes, m, n, inner, inner, 1)


@_own
def product_of_transposed(a, b, out):  # type: ignore[no-untyped-def]
    """out = a' b: a (k, m), b (k, n), out (m, n), float32 in C order; k at least 1."""
    (m, n), inner = out.shape, a.shape[0]
    _named(out.ctypes, a.ctypes, b.ctypes, m, n, inner, 1, m)


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
