"""An OpenEI URDB file → a tariff, everything in it either understood, named in a remark, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from appraisal.billing.urdb_json import Record, record_of
from appraisal.billing.urdb_names import ASIDE, BESIDE_REFUSED, BILLED, DESCRIPTIVE, MONEY_WORDS, REFUSED
from appraisal.billing.urdb_prices import flat, timed, twelve
from appraisal.billing.urdb_types import AMOUNT_UNITS, Amount, AmountUnit, UrdbTariff
from appraisal.errors import Fault, InputError, said, suggest

MINUTES = 60


def read_urdb(file: Path, *, label: str = "") -> UrdbTariff:
    """A tariff of the OpenEI Utility Rate Database from its JSON file.

    Parameters
    ----------
    file
        As the interface (versions 7 and 8) or the bulk download writes it, or an older one; one tariff, or several
        under ``items``.
    label
        Which of several.

    Returns
    -------
    UrdbTariff
        Prices in the currency of the file, US dollars.

    Raises
    ------
    InputError
        With every fault of the file, each at its field; also where a rule is at work that a bill made here would not
        follow: ratchets, lookback, coincident demand, demand in other units than kW, keys that may be money and are
        not known, nested units of tiers, tiers that differ between the periods of one month.

    Notes
    -----
    Source: https://openei.org/services/doc/rest/util_rates.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError([Fault(where=file.name, message=said(
            "cannot be read ({reason!r})", "无法读取（{reason!r}）", reason=error.strerror
        ))]) from None  # fmt: skip
    except UnicodeDecodeError:
        raise InputError([Fault(where=file.name, message=said("is not text in UTF-8", "不是 UTF-8 文本"))]) from None
    return urdb_of(text, where=file.name, label=label)


def urdb_of(text: str, *, where: str = "", label: str = "") -> UrdbTariff:
    """As :func:`read_urdb`, of a text; *where* is the file that faults name.

    Examples
    --------
    >>> grid = [[0] * 24] * 12
    >>> text = '{"energyratestructure": [[{"rate": 0.1, "adj": 0.02}]], "energyweekdayschedule": %s, "energyweekendschedule": %s}'
    >>> tariff = urdb_of(text % (grid, grid))
    >>> tariff.energy.periods[0].tiers[0].price, tariff.currency
    (0.12000000000000001, 'USD')
    """
    record = record_of(text, where, label)
    _refuse(record)
    tariff = _tariff(record)
    if tariff is None or record.faults:
        raise InputError(record.faults)
    return tariff


def _tariff(record: Record) -> UrdbTariff | None:
    energy = timed(record, "energy")
    if energy is None:
        if not record.fields.get("energyratestructure"):
            record.fault("energyratestructure", said("no prices of energy", "没有电能价格"))
        return None
    demand, flat_demand, fuel = timed(record, "demand"), flat(record), twelve(record, "fueladjustmentsmonthly")
    fixed = _amounts(record, "fixedchargefirstmeter", "fixedchargeunits", {"fixedmonthlycharge": "$/month"})
    minimum = _amounts(
        record, "mincharge", "minchargeunits", {"minmonthlycharge": "$/month", "annualmincharge": "$/year"}
    )
    window, rule = _window(record), _export_rule(record)
    least, most = record.optional("peakkwcapacitymin"), record.optional("peakkwcapacitymax")
    _remarks(record)
    if any(tier.sell for period in energy.periods for tier in period.tiers):
        record.remark(
            said(
                "the prices of exported energy are read and in no bill: a load only buys",
                "已读取上网电价，但不计入电费：负荷只购电",
            )
        )
    return UrdbTariff(
        name=record.text("name"), utility=record.text("utility"), label=record.text("label"), sector=record.text("sector"),
        source=record.text("source") or record.text("sourceparent"), begins=record.day("startdate"), ends=record.day("enddate"),
        currency="USD", energy=energy, demand=demand, flat_demand=flat_demand, fuel=fuel, fixed=fixed, minimum=minimum,
        window_minutes=window, least_kw=least or None, most_kw=most or None, export_rule=rule, remarks=tuple(record.remarks),
    )  # fmt: skip


def _refuse(record: Record) -> None:
    """Rules at work that a bill would not follow, units of demand other than kW, and unknown keys that may be money."""
    for name in REFUSED:
        if _at_work(record.fields.get(name)):
            record.fault(name, said("is at work in this tariff and is not supported", "本电价含有此规则，暂不支持"))
    for name in ("demandrateunit", "flatdemandunit", "demandunits"):
        unit = record.fields.get(name)
        if unit not in (None, "", "kW"):
            record.fault(
                name,
                said(
                    "demand in {unit!r} is not supported; expected kW", "不支持以 {unit!r} 计的需量；应为 kW", unit=unit
                ),
            )
    known = (*BILLED, *DESCRIPTIVE, *REFUSED, *BESIDE_REFUSED, *ASIDE)
    for name, value in record.fields.items():
        if name in known or value in (None, "", [], {}):
            continue
        if any(word in name for word in MONEY_WORDS):
            told = said(
                "is not known and may be a charge; {known}",
                "是未知项，可能涉及收费；{known}",
                known=suggest(name, known),
            )
            record.fault(name, told)
        else:
            record.remark(said("{name!r} is not known and is left out", "{name!r} 是未知项，未采用", name=name))


def _at_work(value: Any) -> bool:
    """Whether any number inside, other than the limit of a tier, is not zero."""
    if isinstance(value, dict):
        return any(_at_work(item) for key, item in value.items() if key != "max")
    if isinstance(value, list):
        return any(map(_at_work, value))
    return isinstance(value, int | float) and value != 0


def _amounts(record: Record, name: str, units: str, older: dict[str, AmountUnit]) -> tuple[Amount, ...]:
    """Amounts of money under the name of today and under older ones; the same amount under two names counts once."""
    found = [Amount(value=value, unit=unit) for key, unit in older.items() if (value := record.optional(key))]
    value, unit = record.optional(name), record.fields.get(units)
    if not value:
        return tuple(found)
    if unit not in AMOUNT_UNITS:
        record.fault(units, said(
            "{unit!r} is not supported; {known}", "不支持 {unit!r}；{known}", unit=unit, known=suggest(str(unit), AMOUNT_UNITS)
        ))  # fmt: skip
        return ()
    stated = Amount(value=value, unit=next(known for known in AMOUNT_UNITS if known == unit))
    if any(amount.unit == stated.unit and amount.value != stated.value for amount in found):
        record.fault(
            name,
            said(
                "two different amounts for the same thing: {names}",
                "同一项有两个不同的金额：{names}",
                names=", ".join([name, *older]),
            ),
        )
    return tuple(dict.fromkeys([*found, stated]))


def _window(record: Record) -> float | None:
    window = record.optional("demandwindow")
    if window is not None and (window <= 0 or MINUTES % window):
        record.fault("demandwindow", said(
            "{window:g} minutes are not supported; expected a divisor of 60", "不支持 {window:g} 分钟；应为 60 的约数", window=window
        ))  # fmt: skip
        return None
    return window


def _export_rule(record: Record) -> str:
    rule = record.text("dgrules") or ("Net Metering" if record.fields.get("usenetmetering") else "")
    if rule:
        record.remark(said(
            "exported energy is credited by {rule!r}: read and not followed, a load only buys",
            "上网电量按 {rule!r} 结算：已读取但不计算，负荷只购电", rule=rule
        ))  # fmt: skip
    return rule


def _remarks(record: Record) -> None:
    """What stands in the file and in no bill, and what is always true of these tariffs."""
    for name in ASIDE:
        value = record.fields.get(name)
        if _at_work(value) or (isinstance(value, list) and value):
            record.remark(
                said("{name} is in no bill: {value!r}", "{name} 不计入电费：{value!r}", name=name, value=value)
            )
    record.remark(said("amounts are US dollars", "金额单位为美元"))
    record.remark(said(
        "tiers count the energy of the whole month; each period has its share of every tier",
        "阶梯按全月电量计算；各时段按电量比例分摊每一档"
    ))  # fmt: skip
    record.remark(
        said("public holidays are billed by their weekday: the file names none", "节假日按星期计费：文件中没有节假日")
    )
