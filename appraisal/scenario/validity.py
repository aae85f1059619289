"""Whether the coefficients of a fade model hold for the plant of a case: told as notices, because they are still used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appraisal.case import Case, Notice
from appraisal.case.periods import periods
from appraisal.scenario.defaults import Resolver
from appraisal.units import Table

_COEFFICIENTS = ("calendar_coefficient", "cycle_coefficient")
_WORDS = {
    "temperature": ("电池运行温度", "cell temperature", "°C"),
    "depth": ("放电深度", "depth of discharge", ""),
    "rate": ("功率与容量之比", "power by rated energy", " /h"),
}


def validity(case: Case, resolver: Resolver) -> Iterator[Notice]:
    """What of the plant lies outside the range that the technology's fade coefficients hold for, or off their conditions.

    Parameters
    ----------
    case : Case
        Judged row by row; one scenario outside is enough.
    resolver : Resolver
        Whose library has ``technology.<name>.validity`` and ``coefficients_at``: facts on the coefficients, which change
        no figure and are therefore not among those of the case.

    Yields
    ------
    Notice
        ``ageing_range`` and ``ageing_point``; none where the case states the coefficients itself.
    """
    ageing = case.storage.ageing
    origins = [case.origins.get(f"storage.ageing.{name}") for name in _COEFFICIENTS]
    if ageing.model == "none" or not any(origin is not None and origin.kind == "technology" for origin in origins):
        return
    limits = _known(case, resolver, "validity")
    found = {
        "temperature": ageing.temperature_c,
        "depth": case.storage.depth_of_discharge,
        "rate": case.storage.power_mw / case.storage.energy_mwh,
    }
    for name, value in found.items():
        low, high = limits.get(f"{name}_low"), limits.get(f"{name}_high")
        if value is not None and _outside(value, low, high):
            zh, en, unit = _WORDS[name]
            span = f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}{unit}"
            yield Notice(
                code="ageing_range", path="storage.ageing",
                zh=f"{zh} {_extent(value)}{unit} 超出衰减系数的适用范围 {span}，衰减为外推",
                en=f"{en} {_extent(value)}{unit} lies outside {span}, the range of the fade coefficients: the fade is extrapolated",
            )  # fmt: skip
    point = _known(case, resolver, "coefficients_at").get("temperature")
    if ageing.temperature_c is not None and point is not None and (ageing.temperature_c != point).any():
        yield Notice(
            code="ageing_point", path="storage.ageing.temperature_c",
            zh=f"衰减系数取 {point:g} °C 时的值，未按 {_extent(ageing.temperature_c)} °C 修正",
            en=f"the fade coefficients are those at {point:g} °C, not changed to {_extent(ageing.temperature_c)} °C",
        )  # fmt: skip


def health_left(case: Case) -> Iterator[Notice]:
    """Where no end of life stops a plant that no replacement renews: the model is then used to the end of its range."""
    ageing, renewal = case.storage.ageing, case.storage.replacement
    if ageing.model == "none" or ageing.knee_soh is not None or (ageing.initial_soh == 1.0).all():
        return
    if not renewal.operation_years and renewal.below_soh is None and periods(case.project).operation_years > 1:
        yield Notice(
            code="ageing_knee", path="storage.ageing.knee_soh", zh="梯次利用电池未给出衰减拐点，其加速衰减未计入",
            en="packs with a life behind them, and no knee is stated: a fade that speeds up is not counted",
        )  # fmt: skip


def _known(case: Case, resolver: Resolver, name: str) -> Mapping[str, float]:
    """The numbers of a fact of the technology; none where it has no such fact."""
    fact = f"technology.{case.storage.technology}.{name}"
    known = {parameter.name for parameter in resolver.library.parameters(f"technology.{case.storage.technology}")}
    if fact not in known:
        return {}
    value: Any = resolver.library.fact(fact, resolver.day(case.project, "commissioning")).value
    return value if isinstance(value, Mapping) else {}


def _outside(value: Table, low: float | None, high: float | None) -> bool:
    return bool((low is not None and (value < low).any()) or (high is not None and (value > high).any()))


def _extent(value: Table) -> str:
    least, most = float(value.min()), float(value.max())
    return f"{least:g}" if least == most else f"{least:g}–{most:g}"
