"""Random choices that give the same bytes on every Python version and machine."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of choices from `(seed, block)`.

    Only `Random.random()` of an integer-seeded generator is used: Python promises its sequence, while `choice`,
    `sample` and `shuffle` may change between versions.

    Example:
        >>> Draw(1, 0).whole(1, 6) in range(1, 7)
        True
    """

    def __init__(self, seed: int, block: int, purpose: str = "") -> None:
        self._seed, self._block = seed, block
        digest = hashlib.sha256(f"{seed}:{block}{purpose}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def apart(self, purpose: str) -> Draw:
        """Return a stream of its own for a purpose, so that its choices move none of this stream's."""
        return Draw(self._seed, self._block, f":{purpose}")

    def chance(self, probability: float) -> bool:
        """Return True with the given probability (0 to 1)."""
        return self._random.random() < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included; `low` when the range is empty."""
        return low + int(self._random.random() * max(high - low + 1, 1))

    def normal(self, mean: float, deviation: float) -> float:
        """Return a number roughly normal: the sum of twelve uniforms needs no `math.log`, which can vary."""
        return mean + deviation * (sum(self._random.random() for _ in range(12)) - 6.0)

    def day(self, first: date, last: date) -> date:
        """Return a day from `first` to `last`, both included."""
        return first + timedelta(days=self.whole(0, (last - first).days))

    def pick(self, values: Sequence[T]) -> T:
        """Return one of `values`, all equally likely."""
        return values[self.whole(0, len(values) - 1)]

    def weighted(self, weights: dict[T, int]) -> T:
        """Return a key of `weights` with a probability in proportion to its value."""
        left = self.whole(1, sum(weights.values()))
        for value, weight in weights.items():
            left -= weight
            if left <= 0:
                return value
        raise ValueError("weights must hold at least one positive number")

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Return `values` in random order."""
        result = list(values)
        for i in range(len(result) - 1, 0, -1):
            j = self.whole(0, i)
            result[i], result[j] = result[j], result[i]
        return result

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """Return `count` different elements of `values` in random order, or all when there are fewer."""
        return self.shuffled(values)[:count]
