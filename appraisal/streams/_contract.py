"""The contract between investor and host over a saving on the host's bill (合同能源管理): terms and money, once for all streams."""

from __future__ import annotations

from typing import Any, Protocol

from appraisal.case import Case
from appraisal.field import Number, choice, number
from appraisal.units import Table

INVESTOR_SHARE: Any = number(
    "share",
    "投资方分成比例",
    "Investor's share",
    ge=0,
    le=1,
    default=1.0,
    help="saving_share only.",
    help_zh="仅用于 saving_share。",
)
SHARE_BASIS: Any = choice(
    "分成口径",
    "Basis of the share",
    options={"incl_vat": ("含税", "with VAT"), "ex_vat": ("不含税", "without VAT")},
    default="incl_vat",
    help="Whether the share is of the saving with or without VAT.",
    help_zh="按含税还是不含税的节约额分成。",
)
VAT_RATE: Any = number(
    "share",
    "开票税率",
    "VAT rate of the invoice",
    ge=0,
    le=0.3,
    default=None,
    help="Left out: the electricity rate. A share of saving invoiced as a service carries 6 %.",
    help_zh="不填：取电力税率。节能分享按服务开票的为 6 %。",
)


class Shared(Protocol):
    """Terms of a stream that shares a saving."""

    investor_share: Number
    share_basis: Any
    vat_rate: Number | None


def invoice_rate(case: Case, terms: Shared) -> Table:
    """VAT rate of what the investor invoices, ``(S, 1)``."""
    return case.market.vat_rate if terms.vat_rate is None else terms.vat_rate


def investor_part(case: Case, terms: Shared, saving: Table) -> Table:
    """The investor's share of a saving, yuan including VAT, ``(S, Y)``; a loss is shared like a gain.

    share × saving, or of the saving without VAT: share × saving ÷ (1 + electricity's rate), invoiced with the invoice's.
    """
    rate = invoice_rate(case, terms)
    basis = 1.0 if terms.share_basis == "incl_vat" else (1.0 + rate) / (1.0 + case.market.vat_rate)
    part: Table = terms.investor_share * saving * basis
    return part
