"""Bills of a load: by a tariff of the OpenEI Utility Rate Database, and by a Chinese retail tariff with its basic charge."""

from __future__ import annotations

from appraisal.billing.basic import (
    MODES,
    BasicMode,
    BasicRules,
    ModeChoice,
    actual_charge,
    basic_rules,
    best_contract,
    best_modes,
    capacity_charge,
    contract_charge,
    demand_price,
)
from appraisal.billing.chinese import (
    ChineseBill,
    MonthlyUse,
    Supply,
    basic_charge,
    chinese_bill,
    energy_charges,
    monthly_use,
    yearly_use,
)
from appraisal.billing.urdb_bill import LINES, UrdbBill, bill_file, urdb_bill
from appraisal.billing.urdb_read import read_urdb, urdb_of
from appraisal.billing.urdb_show import PriceMap, TimedMap, price_map, understood
from appraisal.billing.urdb_types import UrdbTariff

__all__ = [
    "LINES",
    "MODES",
    "BasicMode",
    "BasicRules",
    "ChineseBill",
    "ModeChoice",
    "MonthlyUse",
    "PriceMap",
    "Supply",
    "TimedMap",
    "UrdbBill",
    "UrdbTariff",
    "actual_charge",
    "basic_charge",
    "basic_rules",
    "best_contract",
    "best_modes",
    "bill_file",
    "capacity_charge",
    "chinese_bill",
    "contract_charge",
    "demand_price",
    "energy_charges",
    "monthly_use",
    "price_map",
    "read_urdb",
    "understood",
    "urdb_bill",
    "urdb_of",
    "yearly_use",
]
