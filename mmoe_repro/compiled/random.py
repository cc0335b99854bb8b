"""Random numbers that any part of any stream can be made of alone, and fast.

Philox4x32-10 (Salmon et al. 2011), a function of a stream's key and a part's number, gives the
states of `LANES` xoshiro128++ generators (Blackman and Vigna 2021), which run side by side on vector
registers. Published test vectors hold both, moments and quantiles the normal numbers.
"""

import numpy as np

from mmoe_repro.compiled import exact
from mmoe_repro.compiled.functions import f32, i32, log, sin_cos_of_quadrant

u32 = np.uint32
u64 = np.uint64

LANES = 16
_BLOCK = 32 * LANES  # normal numbers made at once

_M0, _M1 = u64(0xD2511F53), u64(0xCD9E8D57)
_W0, _W1 = u32(0x9E3779B9), u32(0xBB67AE85)
_LOW = u64(0xFFFFFFFF)
_TURN = f32(2.0 * np.pi * 2.0**-32)


@exact
def philox(a, b, c, d, k0, k1):  # type: ignore[no-untyped-def]
    """Four random uint32 for a counter (a, b, c, d) and a key (k0, k1), all uint32."""
    for _ in range(10):
        p0, p1 = _M0 * u64(a), _M1 * u64(c)
        a, b = u32(u32(p1 >> u64(32)) ^ b ^ k0), u32(p1 & _LOW)
        c, d = u32(u32(p0 >> u64(32)) ^ d ^ k1), u32(p0 & _LOW)
        k0, k1 = u32(k0 + _W0), u32(k1 + _W1)
    return a, b, c, d


@exact
def _rotated(x, k):  # type: ignore[no-untyped-def]
    return u32(u32(x << u32(k)) | u32(x >> u32(32 - k)))


@exact
def xoshiro(states, out):  # type: ignore[no-untyped-def]
    """Fill `out` (uint32, a multiple of the lanes) from `states` (4, lane), which go on."""
    s0, s1, s2, s3 = states[0], states[1], states[2], states[3]
    for start in range(0, out.size, LANES):
        row = out[start : start + LANES]
        for i in range(LANES):
            a, b, c, d = s0[i], s1[i], s2[i], s3[i]
            row[i] = u32(_rotated(u32(a + d), 7) + a)
            c, d = u32(c ^ a), u32(d ^ b)
            s0[i], s1[i] = u32(a ^ d), u32(b ^ c)
            s2[i] = u32(c ^ u32(b << u32(9)))
            s3[i] = _rotated(d, 11)


@exact
def part_states(key, part):  # type: ignore[no-untyped-def]
    """The states (4, lane) that one part of a stream starts from.

    `key` is the stream's seed (63 bits), `part` a whole number below 2^32.
    """
    states = np.empty((4, LANES), np.uint32)
    k0, k1 = u32(u64(key) & _LOW), u32(u64(key) >> u64(32))
    for i in range(LANES):
        a, b, c, d = philox(u32(i), u32(part), u32(0), u32(0), k0, k1)
        states[0, i], states[1, i], states[2, i], states[3, i] = a, b, c, d
    return states


@exact
def _two_normals(a, b):  # type: ignore[no-untyped-def]
    """Box and Muller (1958): the radius from `a` (at most 6.66), the angle from `b`."""
    u = f32(a) * f32(2.0**-32) + f32(2.0**-33)
    radius = np.sqrt(f32(-2) * log(u))
    turn = i32(b)
    quadrant = i32((i32(turn >> i32(29)) + i32(1)) >> i32(1))
    rest = i32(turn - i32(quadrant << i32(30)))
    s, c = sin_cos_of_quadrant(f32(rest) * _TURN, quadrant)
    return radius * c, radius * s


@exact
def normals(out, key, part):  # type: ignore[no-untyped-def]
    """Fill `out` (1-d, float32) with the standard normal numbers of one part of a stream."""
    states = part_states(key, part)
    words, numbers = np.empty(_BLOCK, np.uint32), np.empty(_BLOCK, np.float32)
    half = _BLOCK // 2
    for start in range(0, out.size, _BLOCK):
        xoshiro(states, words)
        for i in range(half):
            numbers[i], numbers[half + i] = _two_normals(words[i], words[half + i])
        place = out[start : start + _BLOCK]
        place[:] = numbers[: place.size]


@exact
def below(out, limit, key, part):  # type: ignore[no-untyped-def]
    """Fill `out` (1-d, int64) with whole numbers in [0, limit), limit < 2^32, of one part.

    The high word of a 32-bit draw times the limit (Lemire 2019, without rejection: no number is
    more likely than another by more than limit / 2^32).
    """
    states, words = part_states(key, part), np.empty(LANES, np.uint32)
    for start in range(0, out.size, LANES):
        xoshiro(states, words)
        for i in range(min(LANES, out.size - start)):
            out[start + i] = np.int64((u64(words[i]) * u64(limit)) >> u64(32))
