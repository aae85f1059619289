"""Usual spans of inputs: outside them a value is used but told, because a slip of a unit looks like a bargain.

All are the authors' own judgement, kept wide on purpose: they are to catch a power of ten, not to appraise a price.
"""

from __future__ import annotations

from typing import TypeAlias

Span: TypeAlias = tuple[float, float]

# --- investment ---

# From a reservoir or a cavern per kWh to a first flow battery; lithium systems of the 2020s lie at 400–2000.
STORE_PER_KWH: Span = (50.0, 6000.0)
# From groundwork of a container to the civil works of long storage.
WORKS_PER_KWH: Span = (5.0, 3000.0)
# From a converter alone to the turbines of pumped hydro with all around them.
POWER_PER_KW: Span = (20.0, 15000.0)
# From a month's to several years' operating cost.
WORKING_CAPITAL_PER_KW: Span = (1.0, 1000.0)

# --- operation ---

# One way, of electricity: below a half no store would be built, and heat input stands apart.
EFFICIENCY: Span = (0.5, 1.0)
# Less is left unused by no maker.
DEPTH: Span = (0.5, 1.0)
# Stations report above 0.9; below 0.8 more than ten weeks a year stand still.
AVAILABILITY: Span = (0.8, 1.0)
# Lithium cells lose a percent or two a month, flywheels most of their charge in a day.
SELF_DISCHARGE: Span = (1e-5, 0.7)
# Cooling and controls: a percent or a few of rated power; a percentage in place of the share lies above.
AUXILIARY: Span = (0.0005, 0.1)
# From weekly use to several cycles on every day.
CYCLES_PER_YEAR: Span = (50.0, 2000.0)
# A number for the year in place of the day lies above.
CYCLES_PER_DAY: Span = (0.2, 6.0)
# From a minimal contract to long storage with its own crew.
UPKEEP_PER_KW_YEAR: Span = (1.0, 600.0)
# Norms give some fen a kWh discharged; a price of a MWh in its place lies above.
UPKEEP_PER_KWH: Span = (0.001, 1.0)
# Of a MWh: from waste heat to oil; a price of a kWh in its place lies below.
HEAT_PER_MWH: Span = (5.0, 2000.0)
# Wear of a MWh discharged: from nearly none to a battery of few cycles.
WEAR_PER_MWH: Span = (1.0, 2000.0)

# --- money ---

# From below the policy banks' rate to that of a costly lease; percent and fractions are taken for one another.
LOAN_RATE: Span = (0.01, 0.12)
# From a social rate to an investor who wants a lot.
DISCOUNT_RATE: Span = (0.02, 0.15)

# --- prices ---

# Retail and wholesale energy with the peaks of the dearest provinces; some hundred yuan a MWh lie above.
ENERGY_PER_KWH: Span = (0.05, 2.5)
# One-part grid tariffs lie at 0.05–0.35.
GRID_PER_KWH: Span = (0.01, 1.0)
# A fraction of the price of energy.
FEE_PER_KWH: Span = (0.0005, 0.5)
# Of a kW and year: local coal capacity prices are 100–330, compensation elsewhere reaches some hundreds.
CAPACITY_PER_KW_YEAR: Span = (10.0, 1000.0)
# What a host pays for having the plant there.
SERVICE_PER_KW_YEAR: Span = (5.0, 2000.0)
# Of a MW of mileage: provinces cap it at 5.5–15, older markets paid several times that.
MILEAGE_PER_MW: Span = (0.1, 100.0)
# Of a kWh called, saved or absorbed: provinces pay 0.05–1, a response on a short call up to 5.
SERVICE_PER_KWH: Span = (0.01, 10.0)
# Of a MW held ready for an hour: from some yuan for capacity to some hundred where reserve is short.
READY_PER_MW_HOUR: Span = (0.1, 1000.0)
# Of a Mvar for an hour: regional rules pay some tens.
REACTIVE_PER_MVARH: Span = (0.5, 500.0)
# Of a kWh leased for a year: guidance lies at 150–350.
LEASE_PER_KWH_YEAR: Span = (10.0, 1500.0)
# Of a tonne: the national market has traded at 40–110.
CARBON_PER_TONNE: Span = (5.0, 1000.0)
# Of a certificate of one MWh: from a few yuan to some tens.
CERTIFICATE_PER_MWH: Span = (0.2, 200.0)
# From a household to a plant of continuous process; surveys lie between some yuan and some hundred.
LOST_LOAD_PER_KWH: Span = (1.0, 1000.0)
# Of a vehicle's owner for a kWh that leaves the battery: around the price of charging it, wear included.
VEHICLE_PER_KWH: Span = (0.1, 5.0)
