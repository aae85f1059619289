"""What a case says of its uncertain inputs: distributions by path, rank correlations between them, a tree of scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from appraisal.units import Table


@dataclass(frozen=True)
class Distribution:
    """A distribution of one input: its name and numbers; ``discrete`` has (values, probabilities)."""

    name: str
    numbers: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Spearman's rank correlation asked between two inputs, within −1 … 1."""

    between: tuple[str, str]
    rank: float


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One scenario of the tree as stated: its probability and what it sets, by dotted path, structure too."""

    name: str
    weight: float
    changes: Mapping[str, Any] = field(default_factory=dict)
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, eq=False)
class Uncertainty(Mapping[str, Distribution]):
    """Path → distribution, with the correlations between them and the tree of scenarios.

    Attributes
    ----------
    distributions : mapping
        By dotted path, in the order stated.
    correlations : tuple of Correlation
        Pairs that are not named are uncorrelated.
    branches : tuple of Branch
        Empty where there is no tree; else their weights add to 1.
    """

    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    branches: tuple[Branch, ...] = ()

    def __getitem__(self, path: str) -> Distribution:
        return self.distributions[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.distributions)

    def __len__(self) -> int:
        return len(self.distributions)

    def __eq__(self, other: object) -> bool:
        """Two of a kind by all they hold; a plain mapping says nothing of correlations and trees, and has none."""
        if not isinstance(other, Mapping):
            return NotImplemented
        pairs = other.correlations if isinstance(other, Uncertainty) else ()
        branches = other.branches if isinstance(other, Uncertainty) else ()
        return dict(self.items()) == dict(other.items()) and (self.correlations, self.branches) == (pairs, branches)

    __hash__ = None  # type: ignore[assignment]

    def rank_matrix(self) -> Table:
        """The rank correlations asked, ``(I, I)`` in the order of the inputs; 1 on the diagonal, 0 where none is named.

        Examples
        --------
        >>> pair = Correlation(between=("a", "b"), rank=0.5)
        >>> one = Distribution("uniform", (0, 1))
        >>> Uncertainty({"a": one, "b": one}, (pair,)).rank_matrix()
        array([[1. , 0.5],
               [0.5, 1. ]])
        """
        place = {path: number for number, path in enumerate(self)}
        made = np.eye(len(place))
        for pair in self.correlations:
            one, other = (place[path] for path in pair.between)
            made[one, other] = made[other, one] = pair.rank
        return made
