"""附录A 投资估算表, 附录B 投资计划与资金筹措表."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.book.printed import Row, item, less, line, parts
from appraisal.finance.structure import Structure
from appraisal.finance.tables.titles import each_grant, each_lease, each_party, labelled, loans, of_loan, of_phase


def estimate(form: Structure) -> Iterator[Row]:
    """附录A: what is invested, VAT included."""
    yield line(
        "investment",
        line("equipment_price", line("battery"), line("power_plant"), line("other_equipment")),
        line("works", zh="建筑安装工程费"),
        line("services", zh="工程建设其他费用"),
        line("land"),
        line("contingency"),
        line("price_contingency"),
    )
    others = _besides(form)
    yield from others
    yield line("investment_outlay", made=("investment", *(row.key for row in others)))
    yield item(
        "capital_vat",
        line("equipment_vat"), line("works_vat"), line("services_vat"),
        zh="可抵扣进项税", en="creditable input VAT",
    )  # fmt: skip
    if form.leases:
        yield item("leased", *parts(*each_lease(form, "leased")))


def funding(form: Structure) -> Iterator[Row]:
    """附录B: uses of funds, and what they are paid with."""
    yield line(
        "investment_outlay",
        line("investment"), *_besides(form),
        zh="总投资", en="Uses of funds",
    )  # fmt: skip
    sources = [
        line("equity_in", *parts(*each_party(form, "paid"))),
        line(
            "debt_raised",
            line("loans_drawn", *parts(*(
                line(f"{one.name}{suffix}.drawn", **of_loan(one, suffix)) for one, suffix in loans(form) if not one.later
            ))),
            line("working_capital_loan_drawn"),
        ),
    ]  # fmt: skip
    if form.leases:
        sources.append(line("leased", *parts(*each_lease(form, "leased"))))
        # The lessor is owed it: it is invested and financed at once.
        sources.append(line("lease_interest_capitalised"))
    sources.extend(each_grant(form, "building", later=(False,)))
    yield line("funds_raised", *sources)


def paid_for_construction(form: Structure) -> tuple[Row, ...]:
    """Construction investment as cash: what a lessor buys is not paid."""
    leased = each_lease(form, "leased", kinds=("direct",))
    return (line("investment"), *(less(row.key, zh=row.zh, en=row.en) for row in leased))


def _besides(form: Structure) -> tuple[Row, ...]:
    """What total investment holds besides the construction investment."""
    leased = (line("lease_interest_capitalised"),) if form.leases else ()
    return (_interest(form), *leased, line("construction_fees"), line("working_capital"))


def _interest(form: Structure) -> Row:
    return line(
        "capitalised_interest",
        *parts(*(
            line(f"capitalised_interest{suffix}", **labelled("建设期利息", "Interest during construction", of_phase(suffix)))
            for suffix in form.suffixes
        )),
    )  # fmt: skip
