"""Random complete workloads of one decision, the same ones every time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.engine.kernel import Kernel
from advisor.knowledge.conditions import Condition, clauses

Cells = NDArray[np.intp]


def random_cells(kernel: Kernel, count: int, seed: int = 20261125) -> Cells:
    """Cell numbers, [n ≤ count, axes], drawn by the traits' typical shares.

    What is assumed stays so; impossible combinations are left out.
    """
    rng = np.random.default_rng(seed)
    columns = [
        rng.choice(len(axis), size=count, p=np.array(axis.weights))
        if axis.trait.assume is None
        else np.full(count, axis.trait.value_ids.index(axis.trait.assume))
        for axis in kernel.axes
    ]
    cells: Cells = np.stack(columns, axis=1).astype(np.intp) if columns else np.zeros((1, 0), dtype=np.intp)
    bad = np.zeros(len(cells), dtype=bool)
    for condition in kernel.constraints:
        bad |= met(kernel, condition, cells)
    return cells[~bad]


def met(kernel: Kernel, condition: Condition, cells: Cells) -> NDArray[np.bool_]:
    """Which complete rows meet a condition over the kernel's traits."""
    out = np.zeros(len(cells), dtype=bool)
    for clause in clauses(condition, kernel._universe):
        hit = np.ones(len(cells), dtype=bool)
        for trait, allowed in clause.items():
            index = kernel.axis_index[trait]
            inside = kernel.axes[index].inside(allowed)
            table: Any = np.array([bool(inside >> c & 1) for c in range(len(kernel.axes[index]))])
            hit &= table[cells[:, index]]
        out |= hit
    return out
