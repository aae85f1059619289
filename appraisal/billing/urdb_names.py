"""The names of a URDB file: old and new spellings of one field, what only describes, and what is refused.

Keys are compared in lower case, so the spelling of the interface (``flatdemandunit``) and that of the bulk download
(``flatDemandUnits``) meet. Source: https://openei.org/services/doc/rest/util_rates and files of both kinds.
"""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, str] = {
    "ratename": "name",
    "utilityname": "utility",
    "eiaid": "eia",
    "effectivedate": "startdate",
    "supercedes": "supersedes",
    "sourcereference": "source",
    "energyratestrux": "energyratestructure",
    "energyweekdaysched": "energyweekdayschedule",
    "energyweekendsched": "energyweekendschedule",
    "energykeyvals": "energyattrs",
    "demandratestrux": "demandratestructure",
    "demandweekdaysched": "demandweekdayschedule",
    "demandweekendsched": "demandweekendschedule",
    "demandrateunits": "demandrateunit",
    "demandkeyvals": "demandattrs",
    "demandratchetpct": "demandratchetpercentage",
    "demandreactpwrcharge": "demandreactivepowercharge",
    "demandreactivepowerchg": "demandreactivepowercharge",
    "flatdemandstrux": "flatdemandstructure",
    "flatdemandunits": "flatdemandunit",
    "coincidentratestrux": "coincidentratestructure",
    "coincidentrateunits": "coincidentrateunit",
    "coincidentsched": "coincidentrateschedule",
    "coincidentschedule": "coincidentrateschedule",
    "fixedkeyvals": "fixedattrs",
    "mindemand": "peakkwcapacitymin",
    "maxdemand": "peakkwcapacitymax",
    "demandmin": "peakkwcapacitymin",
    "demandmax": "peakkwcapacitymax",
    "demandhist": "peakkwcapacityhistory",
    "energymin": "peakkwhusagemin",
    "energymax": "peakkwhusagemax",
    "energyhist": "peakkwhusagehistory",
    "servicemax": "voltagemaximum",
    "servicemin": "voltageminimum",
}
"""Another spelling → the name used here."""

BILLED = (
    "name", "utility", "label", "sector", "source", "startdate", "enddate", "dgrules", "usenetmetering", "demandwindow",
    "energyratestructure", "energyweekdayschedule", "energyweekendschedule", "fueladjustmentsmonthly",
    "demandratestructure", "demandweekdayschedule", "demandweekendschedule", "demandrateunit",
    "flatdemandstructure", "flatdemandmonths", "flatdemandunit",
    "fixedmonthlycharge", "fixedchargefirstmeter", "fixedchargeunits",
    "minmonthlycharge", "annualmincharge", "mincharge", "minchargeunits", "peakkwcapacitymin", "peakkwcapacitymax", "demandunits",
)  # fmt: skip
"""What the reader takes in."""

DESCRIPTIVE = (
    "uri", "revisions", "approved", "is_default", "eia", "supersedes", "servicetype", "description", "sourceparent",
    "basicinformationcomments", "basiccomments", "demandcomments", "energycomments", "flatdemandcomments", "peakkwcapacityhistory",
    "peakkwhusagemin", "peakkwhusagemax", "peakkwhusagehistory", "voltageminimum", "voltagemaximum", "voltagecategory",
    "phasewiring", "country", "states", "_id", "latest_update", "energyrateunits", "demandscheduletext",
)  # fmt: skip
"""What says nothing about money, or only whom the tariff is for."""

REFUSED = ("demandratchetpercentage", "lookbackpercent", "coincidentratestructure")
"""Rules of demand that no bill here follows: a file in which one of them is at work is refused."""

BESIDE_REFUSED = ("lookbackmonths", "lookbackrange", "coincidentrateschedule", "coincidentrateunit")
"""What only says when a refused rule applies; without its rate or share it charges nothing."""

ASIDE = ("demandreactivepowercharge", "fixedchargeeaaddl", "energyattrs", "demandattrs", "fixedattrs")
"""Charges that need what a load does not tell, and notes in free words: named in the remarks, in no bill."""

MONEY_WORDS = (
    "rate", "charge", "price", "cost", "fee", "credit", "energy", "demand", "fixed", "min", "tier", "sched", "adj",
    "sell", "ratchet", "lookback", "coincident", "fuel", "tax", "rider", "surcharge", "realtime",
)  # fmt: skip
"""A key that nobody here knows and that holds one of these words may be money: it is refused."""
