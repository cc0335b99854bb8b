"""Work side by side: workers that share nothing with who asks."""

import sys
import types

import pytest

from mmoe_repro.pools import side_by_side


def test_workers_are_new_interpreters(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was forked would have this module, and with it locks that nobody will ever free."""
    monkeypatch.setitem(sys.modules, "only_here", types.ModuleType("only_here"))
    asked = "'only_here' in __import__('sys').modules"
    with side_by_side(2) as pool:
        assert list(pool.map(eval, [asked] * 4)) == [False] * 4
    with side_by_side(1) as pool:
        assert pool.submit(eval, asked).result()


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_in_a_worker_is_the_callers(processes: int) -> None:
    with side_by_side(processes) as pool, pytest.raises(ZeroDivisionError):
        pool.submit(eval, "1 / 0").result()
