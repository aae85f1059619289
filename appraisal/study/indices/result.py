"""The indices of a case with their inputs, what they rest on and how they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from appraisal.errors import Fault, InputError, said
from appraisal.metrics import Metric
from appraisal.study.indices.base import Estimates
from appraisal.study.indices.methods import METHODS
from appraisal.study.indices.verdict import Verdict
from appraisal.study.inputs import Input, Vector
from appraisal.study.provenance import Provenance
from appraisal.study.words import say

if TYPE_CHECKING:
    import pandas as pd

_HEADS = {
    "input": ("不确定因素", "Input"),
    "other": ("与之共同作用的因素", "Together with"),
    "path": ("路径", "Path"),
    "rank": ("排序", "Rank"),
    "first": ("一阶指数", "First-order index"),
    "total": ("总效应指数", "Total-order index"),
    "second": ("二阶指数", "Second-order index"),
    "mu": ("μ 平均效应", "μ, mean effect"),
    "mu_star": ("μ* 平均绝对效应", "μ*, mean size of the effect"),
    "sigma": ("σ 效应标准差", "σ, standard deviation of the effect"),
    "delta": ("δ 矩独立指标", "δ, moment-independent"),
    "dgsm": ("总效应指数上界（导数型）", "Upper bound on the total index (derivatives)"),
    "checked": ("校核：交换所得总效应指数", "Check: total index by exchange"),
}
# The judged measure first, then what else the method finds.
MEASURES = {
    "sobol": ("total", "first"),
    "morris": ("mu_star", "mu", "sigma"),
    "fast": ("total", "first"),
    "rbd_fast": ("first",),
    "delta": ("delta",),
    "dgsm": ("dgsm", "checked"),
}
_IN_UNITS = ("mu", "mu_star", "sigma")


@dataclass(frozen=True, kw_only=True)
class GlobalIndices(Estimates):
    """The global sensitivity of one metric of one scenario to D inputs.

    The indices themselves are the attributes of :class:`~appraisal.study.indices.base.Estimates`.

    Attributes
    ----------
    method : str
        ``sobol``, ``morris``, ``fast``, ``rbd_fast``, ``delta`` or ``dgsm``.
    inputs : tuple of Input
        In the order of the indices; ``.zh``, ``.en``, ``.key`` (the path), ``.unit``.
    metric : Metric
        The metric studied, at every point of the design ``(R,)``.
    n, evaluations, resamples : int
        Base sample size, appraisals R and resamples of the bootstrap.
    confidence : float
        Of the intervals that ``_conf`` is half of.
    seed : int
    inert : tuple of Input
        Inputs that did not change the metric at any point at which they were moved (of morris four levels of probability
        only); methods that do not move inputs one by one name none.
    verdict : Verdict
        ``.code`` and ``.words(lang)``.
    told : tuple of (str, str)
        Remarks, zh and en.
    provenance : Provenance
    """

    method: str
    inputs: tuple[Input, ...]
    metric: Metric
    n: int
    evaluations: int
    resamples: int
    confidence: float
    seed: int
    inert: tuple[Input, ...]
    verdict: Verdict
    told: tuple[tuple[str, str], ...]
    provenance: Provenance

    @property
    def key(self) -> str:
        """Key of the metric."""
        return self.metric.key

    @property
    def judged(self) -> Vector:
        """The index by which the inputs are ranked, ``(D,)``: total, μ*, first, δ or the bound."""
        return np.asarray(getattr(self, METHODS[self.method].judged))

    @property
    def order(self) -> tuple[int, ...]:
        """Places of the inputs, the most important first; one without a bound may be that."""
        return tuple(np.argsort(-np.nan_to_num(self.judged, nan=np.inf), kind="stable").tolist())

    def remarks(self, lang: str = "en") -> tuple[str, ...]:
        """The verdict, then what a reader must know of these indices."""
        return (self.verdict.words(lang), *(say(words, lang) for words in self.told))

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row an input, the most important first: label, path, rank, each index with half its interval.

        Parameters
        ----------
        lang : "en" or "zh"
            Of heads and labels.

        Returns
        -------
        DataFrame
            D rows. Indices are shares of the variance; δ is between 0 and 1; μ, μ* and σ are in the unit of the metric per
            unit of probability.
        """
        import pandas as pd

        order = list(self.order)
        columns: dict[str, object] = {
            say(_HEADS["rank"], lang): np.arange(1, len(order) + 1),
            say(_HEADS["input"], lang): [say((self.inputs[place].zh, self.inputs[place].en), lang) for place in order],
            say(_HEADS["path"], lang): [self.inputs[place].key for place in order],
        }
        for name in MEASURES[self.method]:
            label = self._label(name, lang)
            columns[label] = np.asarray(getattr(self, name))[order]
            half = getattr(self, f"{name}_conf", None)
            if half is not None:
                columns[f"± {label}"] = np.asarray(half)[order]
        return pd.DataFrame(columns)

    def second_table(self, lang: str = "en") -> pd.DataFrame:
        """One row a pair of inputs, the strongest interaction first.

        Returns
        -------
        DataFrame
            ``D·(D − 1)/2`` rows: both labels and paths, second-order index (share of the variance) and half its interval.

        Raises
        ------
        InputError
            If the study has no second-order indices.
        """
        import pandas as pd

        if self.second is None or self.second_conf is None:
            message = said(
                "not estimated; ask for method sobol with second_order=True and two inputs or more",
                "未估计二阶指数；请用 sobol 并设 second_order=True，且因素不少于两个",
            )
            raise InputError([Fault(where="indices", path="second_order", message=message)])
        one, other = np.triu_indices(len(self.inputs), k=1)
        strength = self.second[one, other]
        order = np.argsort(-strength, kind="stable")
        pairs = [(self.inputs[one[place]], self.inputs[other[place]]) for place in order]
        path, label = say(_HEADS["path"], lang), say(_HEADS["second"], lang)
        return pd.DataFrame(
            {
                say(_HEADS["input"], lang): [say((a.zh, a.en), lang) for a, _ in pairs],
                path: [a.key for a, _ in pairs],
                say(_HEADS["other"], lang): [say((b.zh, b.en), lang) for _, b in pairs],
                f"{path} 2": [b.key for _, b in pairs],
                label: strength[order],
                f"± {label}": self.second_conf[one, other][order],
            }
        )

    def _label(self, name: str, lang: str) -> str:
        label = say(_HEADS[name], lang)
        if name not in _IN_UNITS:
            return label
        unit = "" if self.metric.unit == "1" else self.metric.unit
        if lang == "zh":
            return f"{label}（{unit.replace('yuan', '元').replace('year', '年')}/单位概率）"
        return f"{label}, {unit} per unit of probability".replace(",  per", ", per")
