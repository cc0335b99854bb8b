"""How exposures and requests are drawn, one number at a time, in compiled code.

Every draw is a Philox function of a key and a number: an id's latent vector of the world's key, and who
comes, what is shown and what follows of the stream's key and the example's number.
"""

import numpy as np
from scipy.special import ndtri

from mmoe_repro.compiled import exact
from mmoe_repro.compiled.functions import exp, f32, log
from mmoe_repro.compiled.random import philox, u32, u64

LATENT = 8  # dimensions of a latent vector
DENSE = 8  # dense features
HOURS = 24

LOW = u64(0xFFFFFFFF)

# What a draw is for: the third word of Philox's counter.
_USER, _DENSE, _ITEMS, _LABELS = range(4)
_LATENT = 1 << 16
_OF_USER, _OF_ITEM, _OF_SEGMENT, _OF_CATEGORY, _OF_HOUR, _GROUP = range(_LATENT, _LATENT + 6)

QUANTILES = ndtri((np.arange(65_536) + 0.5) / 65_536).astype(np.float32)
QUANTILES /= np.float32(QUANTILES.std())


@exact
def _empty():  # type: ignore[no-untyped-def]
    """Room for a latent vector."""
    return np.empty(LATENT, np.float32)


@exact
def latent(key0, key1, table, id, out):  # type: ignore[no-untyped-def]
    """The latent vector of one id: 8 numbers, standard normal to 16 bits."""
    low, high = u32(u64(id) & LOW), u32(u64(id) >> u64(32))
    a, b, c, d = philox(low, high, u32(table), u32(0), key0, key1)
    out[0], out[1] = QUANTILES[a & u32(0xFFFF)], QUANTILES[a >> u32(16)]
    out[2], out[3] = QUANTILES[b & u32(0xFFFF)], QUANTILES[b >> u32(16)]
    out[4], out[5] = QUANTILES[c & u32(0xFFFF)], QUANTILES[c >> u32(16)]
    out[6], out[7] = QUANTILES[d & u32(0xFFFF)], QUANTILES[d >> u32(16)]


@exact
def _group(key0, key1, table, id, groups):  # type: ignore[no-untyped-def]
    """The segment of a user or the category of an item: any with the same probability."""
    low, high = u32(u64(id) & LOW), u32(u64(id) >> u64(32))
    a, _, _, _ = philox(low, high, u32(_GROUP), u32(table), key0, key1)
    return np.int64((u64(a) * u64(groups)) >> u64(32))


@exact
def _shared(key0, key1, table, of_group, id, group, own, out, work):  # type: ignore[no-untyped-def]
    """A user's or item's latent vector: `own` of its variance its own, the rest its group's."""
    latent(key0, key1, table, id, out)
    latent(key0, key1, of_group, group, work)
    a, b = np.sqrt(own), np.sqrt(f32(1) - own)
    for j in range(LATENT):
        out[j] = a * out[j] + b * work[j]


@exact
def _zipf(word, rows, exponent):  # type: ignore[no-untyped-def]
    """The rank, from 0, that a word draws: by the inverse of a bounded power law's distribution."""
    u = (np.float64(word) + 0.5) / 4294967296.0
    if exponent == 1.0:
        x = np.exp(u * np.log(rows + 1.0))
    else:
        power = 1.0 - exponent
        x = (u * ((rows + 1.0) ** power - 1.0) + 1.0) ** (1.0 / power)
    return min(np.int64(x) - 1, rows - 1)


@exact
def _id(rank, rows, step):  # type: ignore[no-untyped-def]
    """The id of a popularity rank: spread over the table, so that no shard holds all that is popular."""
    return np.int64((u64(rank) * u64(step) + u64(rows // 3)) % u64(rows))


@exact
def _score(weights, u, v, h, x):  # type: ignore[no-untyped-def]
    """w'z of one exposure; blocks in the order of `traffic.BLOCKS`."""
    total = f32(0)
    for j in range(LATENT):
        total += weights[j] * (u[j] * v[j])
        total += weights[LATENT + j] * v[j]
        total += weights[2 * LATENT + j] * u[j]
        total += weights[3 * LATENT + j] * (h[j] * v[j])
    for j in range(DENSE):
        total += weights[4 * LATENT + j] * ((x[j] - f32(0.5)) * f32(3.4641016))
    return total


@exact
def _probability(logit):  # type: ignore[no-untyped-def]
    return f32(1) / (f32(1) + exp(-logit))


@exact
def _moment(k0, k1, s0, s1, t, sizes, exponents, own, u, h, x, work):  # type: ignore[no-untyped-def]
    """Who comes when: user, segment and hour of number `t`, their latent vectors, and dense features."""
    low, high = u32(t & LOW), u32(t >> u64(32))
    a, b, _, _ = philox(low, high, u32(_USER), u32(0), s0, s1)
    user = _id(_zipf(a, sizes[0], exponents[0]), sizes[0], sizes[4])
    segment = _group(k0, k1, _OF_USER, user, sizes[2])
    hour = np.int64((u64(b) * u64(HOURS)) >> u64(32))
    _shared(k0, k1, _OF_USER, _OF_SEGMENT, user, segment, own, u, work)
    latent(k0, k1, _OF_HOUR, hour, h)
    for j in range(0, DENSE, 4):
        words = philox(low, high, u32(_DENSE), u32(j), s0, s1)
        for k in range(4):
            x[j + k] = _uniform(words[k])
    return user, segment, hour


@exact
def _uniform(word):  # type: ignore[no-untyped-def]
    return f32(word >> u32(8)) * f32(2.0**-24)


@exact
def _candidate(k0, k1, s0, s1, t, j, sizes, exponents, own, v, work):  # type: ignore[no-untyped-def]
    """The `j`-th item that popularity draws for `t`: item, category, and a word of its own."""
    a, word, _, _ = philox(u32(t & LOW), u32(t >> u64(32)), u32(_ITEMS), u32(j), s0, s1)
    item = _id(_zipf(a, sizes[1], exponents[1]), sizes[1], sizes[5])
    category = _group(k0, k1, _OF_ITEM, item, sizes[3])
    _shared(k0, k1, _OF_ITEM, _OF_CATEGORY, item, category, own, v, work)
    return item, category, word


@exact
def exposures(drawn, first, ids, dense, logits, labels):  # type: ignore[no-untyped-def]
    """Examples `first` ... of a stream; `drawn` is that of `traffic.World`."""
    key, sizes, exponents, scalars, weights, intercepts, stream = drawn
    k0, k1 = u32(key & LOW), u32(key >> u64(32))
    s0, s1 = u32(stream & LOW), u32(stream >> u64(32))
    own, affinity, strength = scalars
    u, v, h, shown, work = _empty(), _empty(), _empty(), _empty(), _empty()
    x = np.empty(DENSE, np.float32)
    for i in range(ids.shape[1]):
        t = u64(first + i)
        user, segment, hour = _moment(k0, k1, s0, s1, t, sizes, exponents, own, u, h, x, work)
        most, item, category = f32(-np.inf), np.int64(0), np.int64(0)
        for j in range(sizes[6]):
            candidate, its, word = _candidate(k0, k1, s0, s1, t, j, sizes, exponents, own, v, work)
            gumbel = -log(-log(_uniform(word) + f32(2.0**-25)))
            value = affinity * _score(weights[0], u, v, h, x) + gumbel
            if value > most:
                most, item, category = value, candidate, its
                for k in range(LATENT):
                    shown[k] = v[k]
        ids[0, i], ids[1, i], ids[2, i], ids[3, i], ids[4, i] = user, item, segment, category, hour
        for j in range(DENSE):
            dense[i, j] = x[j]
        words = philox(u32(t & LOW), u32(t >> u64(32)), u32(_LABELS), u32(0), s0, s1)
        for k in range(2):
            logits[k, i] = intercepts[k] + strength * _score(weights[k], u, shown, h, x)
            labels[k, i] = f32(1) if _uniform(words[k]) < _probability(logits[k, i]) else f32(0)


@exact
def requests(drawn, first, ids, dense, logits, labels):  # type: ignore[no-untyped-def]
    """Requests `first` ..., each with different candidates; what would follow if one were shown."""
    key, sizes, exponents, scalars, weights, intercepts, stream = drawn
    k0, k1 = u32(key & LOW), u32(key >> u64(32))
    s0, s1 = u32(stream & LOW), u32(stream >> u64(32))
    own, _, strength = scalars
    u, v, h, work = _empty(), _empty(), _empty(), _empty()
    x = np.empty(DENSE, np.float32)
    for i in range(ids.shape[1]):
        t = u64(first + i)
        user, segment, hour = _moment(k0, k1, s0, s1, t, sizes, exponents, own, u, h, x, work)
        for j in range(DENSE):
            dense[i, j] = x[j]
        there, draw = 0, 0
        while there < ids.shape[2]:
            item, category, _ = _candidate(k0, k1, s0, s1, t, draw, sizes, exponents, own, v, work)
            draw += 1
            new = True
            for j in range(there):
                new = new and ids[1, i, j] != item
            if not new:
                continue
            ids[0, i, there], ids[1, i, there], ids[2, i, there] = user, item, segment
            ids[3, i, there], ids[4, i, there] = category, hour
            words = philox(u32(t & LOW), u32(t >> u64(32)), u32(_LABELS), u32(draw), s0, s1)
            for k in range(2):
                logit = intercepts[k] + strength * _score(weights[k], u, v, h, x)
                logits[k, i, there] = logit
                labels[k, i, there] = f32(1) if _uniform(words[k]) < _probability(logit) else f32(0)
            there += 1
