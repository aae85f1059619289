"""A study small enough for a hand: contracts of known yearly amounts, without debt, VAT or tax; no test itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from strategies import contract, merged

from appraisal.scenario.sheet import yaml_text
from appraisal.study.mechanism import Study, read_study

# Three years of 100 for 1 MW; at 10 % with the outlay a year before they are worth 100 × (1/1.1² + 1/1.1³ + 1/1.1⁴) = 226.0774538…
PLANT = contract({
    "project": {"construction_months": 12, "operation_years": 3}, "capital": {"equipment_yuan": 300, "depreciation_years": 3},
    "revenue": {"known": {"income_yuan": 100}}, "storage": {"discharged_mwh": 10, "charged_mwh": 10},
})  # fmt: skip
STUDY: dict[str, Any] = {
    "title": {"zh": "手算研究", "en": "By hand"}, "as_of": "2026-08-01", "seed": 3, "discount_rate": 0.1, "hurdle": {"metric": "project_irr", "value": 0.1},
    "consumers": {"sales_kwh_per_year": 1000, "ceiling_yuan_per_kwh": 0.05, "assessed": True},
    "portfolio": {"dear": {"case": "plant.yaml", "potential_mw": 3}, "cheap": {"case": "plant.yaml", "weight": 1, "set": {"capital.equipment_yuan": 240}}},
    "mechanisms": {
        "rent": {
            "zh": "租金", "en": "Rent", "level": {"unit": "yuan/year", "values": [10, 50]},
            "set": {"revenue.rent": {"stream": "schedule", "paid_by": "grid_users", "vat_rate": 0, "income_yuan": "level"}},
        },
        "city": {
            "zh": "补助", "en": "Grant", "level": {"unit": "yuan/kW", "values": [0.02, 0.06]},
            "set": {"support.city": {"stream": "capital_grant", "approved": True, "yuan_per_kw": "level"}},
        },
        "cheaper": {"zh": "降本", "en": "Cheaper", "level": {"unit": "1", "none": 1, "values": [0.7, 0.8]}, "scale": {"capital.equipment_yuan": "level"}},
    },
}  # fmt: skip


def study_file(folder: Path, changes: Mapping[str, Any] | None = None, plant: Mapping[str, Any] = PLANT) -> Path:
    """The study as a file with its case beside it; *changes* are merged into it."""
    (folder / "plant.yaml").write_text(yaml_text(plant), encoding="utf-8")
    path = folder / "study.yaml"
    path.write_text(yaml_text(merged(STUDY, changes or {})), encoding="utf-8")
    return path


def studied(folder: Path, changes: Mapping[str, Any] | None = None) -> Study:
    """The study read."""
    return read_study(study_file(folder, changes))
