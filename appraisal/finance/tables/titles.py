"""Labels of what a structure has several of: streams, loans, leases, grants, asset classes, replacements, parties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appraisal.book.printed import Labels, Row, line
from appraisal.finance.structure import LoanForm, RenewalForm, StreamForm, Structure, SupportForm
from appraisal.streams import stream


def labelled(zh: str, en: str, *names: tuple[str, str]) -> Labels:
    """A title with names in brackets behind it, as the labels of a row; empty names are left out."""
    inside = [name for name in names if name[0]]
    if not inside:
        return {"zh": zh, "en": en}
    return {
        "zh": f"{zh}（{'，'.join(name[0] for name in inside)}）",
        "en": f"{en} ({', '.join(name[1] for name in inside)})",
    }


def own(name: str) -> tuple[str, str]:
    """The name that the case gives, the same in both languages."""
    return name, name


def label_of(name: str) -> str:
    """What the case calls an instance: ``loan_bank`` is ``bank``."""
    return name.partition("_")[2]


def of_stream(one: StreamForm, among: Sequence[StreamForm] = ()) -> Labels:
    """The title of a stream, with its label where the case gives it another name.

    *among* are all streams of the case, where a label that tells nothing apart is to be left out: that of the only one of its kind.
    """
    kind = stream(one.kind)
    alone = [other.kind for other in among].count(one.kind) == 1
    return labelled(kind.zh, kind.en, own("" if alone or one.label == one.kind else one.label))


def of_phase(suffix: str) -> tuple[str, str]:
    """The phase of a name's ending; empty where there is one phase."""
    number = suffix.removeprefix("_p")
    return (f"第{number}期", f"phase {number}") if suffix else ("", "")


def of_loan(one: LoanForm, suffix: str) -> Labels:
    """The title of a long-term loan in a phase."""
    zh, en = {
        "": ("长期借款", "Long-term loan"), "refinance": ("置换借款", "Refinancing loan"), "replacement": ("更新改造借款", "Replacement loan"),
    }[one.later]  # fmt: skip
    return labelled(zh, en, own(label_of(one.name)), of_phase(suffix))


def of_renewal(one: RenewalForm, suffix: str) -> Labels:
    """The title of a replacement or a later work by its operating year."""
    when = (f"第{one.year}运营年", f"operating year {one.year}")
    if one.augmentation:
        return labelled("补容", "Augmentation", of_phase(suffix))
    if one.by_health:
        return labelled("更新改造", "Replacement", ("按健康度", "by state of health"), of_phase(suffix))
    if one.battery:
        return labelled("更新改造", "Replacement", when, of_phase(suffix))
    return labelled("后续工程", "Later work", own(one.label), when, of_phase(suffix))


def loans(form: Structure) -> Iterator[tuple[LoanForm, str]]:
    """Every loan account: a loan of the construction once a phase, a later one once."""
    for one in form.loans:
        for suffix in ("",) if one.later else form.suffixes:
            yield one, suffix


def each_renewal(form: Structure, key: str) -> tuple[Row, ...]:
    """A line of every replacement and later work."""
    return tuple(
        line(f"{one.name}{suffix}.{key}", **of_renewal(one, suffix))
        for suffix in form.suffixes
        for one in form.renewals
    )


def each_class(form: Structure, key: str) -> tuple[Row, ...]:
    """A line of every class of assets."""
    return tuple(
        line(
            f"{one.name}{suffix}.{key}",
            **labelled("电站资产" if not one.lines else "资产类别", "Plant" if not one.lines else "Asset class", own(label_of(one.name)), of_phase(suffix)),
        )
        for suffix in form.suffixes
        for one in form.classes
    )  # fmt: skip


def each_grant(form: Structure, key: str, *, later: tuple[bool, ...] = (False, True)) -> tuple[Row, ...]:
    """A line of every grant, received with the construction (False) or in operation (True)."""
    return tuple(
        line(f"{one.name}.{key}", **labelled("投资补助", "Grant", own(label_of(one.name))))
        for one in form.grants
        if one.later in later
    )


def each_relief(form: Structure, what: str) -> Iterator[tuple[SupportForm, str, str]]:
    """Each support of interest, or of VAT paid, with its Chinese and English title."""
    for one in form.supports:
        if one.what == what:
            kind, label = stream(one.kind), one.place.partition(".")[2]
            title = labelled(kind.zh, kind.en, own("" if label == one.kind else label))
            yield one, title["zh"], title["en"]


def each_lease(
    form: Structure, key: str, *, kinds: tuple[str, ...] = ("direct", "sale_and_leaseback")
) -> tuple[Row, ...]:
    """A line of every finance lease of some kinds."""
    return tuple(
        line(f"{name}.{key}", **labelled("融资租赁", "Finance lease", own(label_of(name))))
        for name, kind in form.leases
        if kind in kinds
    )


def each_stream(form: Structure, key: str, *, subsidy: bool | None = None) -> tuple[Row, ...]:
    """A line of every stream; of those that are subsidies, or not, where that is said."""
    return tuple(
        line(f"{one.label}.{key}", **of_stream(one))
        for one in form.streams
        if subsidy is None or one.subsidy == subsidy
    )


def each_party(form: Structure, key: str) -> tuple[Row, ...]:
    """A line of every investor."""
    return tuple(line(f"{name}.{key}", **labelled("投资方", "Party", own(label_of(name)))) for name in form.parties)
