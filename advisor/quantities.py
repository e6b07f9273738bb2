"""Numbers with units: reading them, comparing them in one base unit per dimension, and writing them as people do.

Own code, since unit libraries cost more at import (pint: about 0.2 s) than the command may take to start, and since the rates and
money of this field ("2000 rps", "$100/month") are not theirs.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import lru_cache

MINUTE, HOUR, DAY = 60, 3600, 86400
MONTH, YEAR = 30 * DAY, 365 * DAY
PRICE_MONTH_HOURS = 730

TIME: dict[str, Fraction] = {
    "ns": Fraction(1, 10**9), "us": Fraction(1, 10**6), "µs": Fraction(1, 10**6), "μs": Fraction(1, 10**6),
    "microsecond": Fraction(1, 10**6), "ms": Fraction(1, 1000), "millisecond": Fraction(1, 1000),
    "s": Fraction(1), "sec": Fraction(1), "second": Fraction(1),
    "min": Fraction(MINUTE), "mins": Fraction(MINUTE), "minute": Fraction(MINUTE),
    "h": Fraction(HOUR), "hr": Fraction(HOUR), "hour": Fraction(HOUR),
    "d": Fraction(DAY), "day": Fraction(DAY), "week": Fraction(7 * DAY), "month": Fraction(MONTH), "year": Fraction(YEAR),
    "yr": Fraction(YEAR),
}  # fmt: skip
_PREFIX = "KMGTPE"
DATA: dict[str, Fraction] = {"B": Fraction(1), "byte": Fraction(1)}
BITS: dict[str, Fraction] = {"bps": Fraction(1, 8), "bit/s": Fraction(1, 8)}
for _i, _p in enumerate(_PREFIX, start=1):
    DATA[f"{_p}B"] = Fraction(1000**_i)
    DATA[f"{_p}iB"] = Fraction(1024**_i)
    BITS[f"{_p}bps"] = BITS[f"{_p}bit/s"] = BITS[f"{_p}b/s"] = Fraction(1000**_i, 8)
_LONG_DATA = {"kilobyte": "KB", "megabyte": "MB", "gigabyte": "GB", "terabyte": "TB", "petabyte": "PB", "exabyte": "EB"}
RATE_WORDS = {"rps", "tps", "qps", "iops", "req", "reqs", "request", "requests", "transactions", "queries", "messages", "events", "writes",
              "reads", "records", "invocations"}  # fmt: skip
SCALE = {"k": 10**3, "thousand": 10**3, "million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12}

DIMENSIONS = {
    "s": "time", "B": "data", "B/s": "data rate", "rps": "rate", "USD": "money", "USD/month": "money per period",
    "percent": "percent", "1": "number", "vcpu": "number",
}  # fmt: skip
EXAMPLES = {
    "time": "15 min", "data": "10 GB", "data rate": "100 Mbps", "rate": "2000 rps", "money": "$500", "money per period": "$100/month",
    "percent": "99.9 %", "number": "4",
}  # fmt: skip
UNITS: dict[str, tuple[str, ...]] = {  # what a message offers; more spellings are understood
    "time": ("ms", "s", "min", "h", "days", "weeks", "months", "years"),
    "data": ("B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB"),
    "data rate": ("Mbps", "Gbps", "MB/s", "GB/s", "TB/day"), "rate": ("rps", "per second", "per minute", "per day", "per month"),
    "money": ("USD",), "money per period": ("USD/month", "USD/year"), "percent": ("%",), "number": ("",),
}  # fmt: skip
BARE_NUMBER_OK = {"rate", "money", "money per period", "percent", "number"}

_NUMBER = re.compile(r"\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\s*")
MAX_TEXT = 80


class QuantityError(ValueError):
    """The text is no quantity, or one of another dimension. `found` is the dimension it has, `unit` the unit nobody knows, if any."""

    def __init__(self, message: str, found: str | None = None, unit: str | None = None) -> None:
        self.found, self.unit = found, unit
        super().__init__(message)


def _number(text: str) -> tuple[Fraction, str]:
    match = _NUMBER.match(text)
    digits = match.group(1).replace(",", "") if match else ""
    if not match or digits in ("", "+", "-"):
        raise QuantityError(f"{text.strip()!r} has no number")
    try:
        value = Fraction(digits)
    except (ValueError, ZeroDivisionError) as error:
        raise QuantityError(f"{text.strip()!r} is no number") from error
    if abs(value) > 10**24:
        raise QuantityError(f"{text.strip()!r} is out of any range")
    return value, text[match.end() :].strip()


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and word not in ("mins", "rps", "tps", "qps", "iops") else word


def _time(word: str) -> Fraction | None:
    return TIME.get(word) or TIME.get(_singular(word.lower())) or TIME.get({"hrs": "h", "secs": "s", "yrs": "year"}.get(word.lower(), ""))


def _data(word: str) -> Fraction | None:
    if word in DATA:
        return DATA[word]
    low = _singular(word.lower())
    if low in _LONG_DATA:
        return DATA[_LONG_DATA[low]]
    if low == "byte":
        return Fraction(1)
    for name, factor in DATA.items():
        if name.lower() == word.lower():
            return factor
    if len(word) == 1 and word.upper() in "GT":  # "64 G" in a size
        return DATA[word.upper() + "B"]
    return None


def _unit(unit: str) -> tuple[str, Fraction]:
    """Dimension and factor to the base unit of a unit text without scale words."""
    flat = re.sub(r"\s+", " ", unit.strip())
    if flat == "":
        return "number", Fraction(1)
    if flat in ("%", "percent"):
        return "percent", Fraction(1)
    if flat.lower() in ("vcpu", "vcpus", "cpu", "cpus", "core", "cores", "x", "times", "nodes", "instances"):
        return "number", Fraction(1)
    for spelled, factor in BITS.items():
        if flat == spelled or (not spelled.endswith("b/s") and flat.lower() == spelled.lower()):  # GB/s is bytes, Gb/s bits
            return "data rate", factor
    if flat.lower() in RATE_WORDS:
        return "rate", Fraction(1)
    parts = re.split(r"\s*/\s*|\s+per\s+|(?:^|\s+)an?\s+|\bper\s+", flat)
    if len(parts) == 2 and (per := _time(parts[1])) is not None:
        amount = parts[0].strip()
        if amount in ("$", "USD", "usd", "dollars"):
            return "money per period", Fraction(MONTH) / per
        if amount == "" or amount.lower() in RATE_WORDS or _singular(amount.lower()) in {_singular(w) for w in RATE_WORDS}:
            return "rate", 1 / per
        data = _data(amount)
        if data is not None:
            return "data rate", data / per
    if flat in ("$", "USD", "usd", "dollar", "dollars"):
        return "money", Fraction(1)
    time = _time(flat)
    if time is not None:
        return "time", time
    data = _data(flat)
    if data is not None:
        return "data", data
    raise QuantityError(f"unknown unit {flat[:30]!r}", unit=flat[:30])


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> tuple[float, str]:
    """Value in the base unit of its dimension, and the dimension ("time", "data", "data rate", "rate", "money" …).

    Accepts `15 min`, `1.5 TB`, `10,000 rps`, `1 million/month`, `$100/month`, `99.9%`, `1 h 30 min`.
    Raises QuantityError for anything else, for NaN and for infinities.
    """
    if len(text) > MAX_TEXT:
        raise QuantityError(f"a quantity has at most {MAX_TEXT} characters")
    source = text.strip()
    money = source.startswith(("$", "US$", "USD"))
    if money:
        source = re.sub(r"^(US)?\$|^USD", "", source)
    value, rest = _number(source)
    scale = re.match(r"(k|thousand|million|billion|bn|trillion|m(?=/|\s*per|$))(?![A-Za-z])\s*", rest, re.IGNORECASE)
    if scale and (money or scale.group(1) != "m" or rest[1:2] in ("/", " ", "")):
        value *= SCALE[scale.group(1).lower()]
        rest = rest[scale.end() :]
    if money:
        rest = "$" + rest
    compound = re.match(r"([A-Za-zµμ]+)\s*(?=\d)", rest)
    if compound and _time(compound.group(1)) is not None:  # "1 h 30 min"
        more, dimension = parse_quantity(rest[compound.end() :])
        if dimension != "time":
            raise QuantityError(f"{text.strip()!r} mixes time with {dimension}", dimension)
        factor = _time(compound.group(1))
        assert factor is not None
        return float(value * factor) + more, "time"
    dimension, factor = _unit(rest)
    return float(value * factor), dimension


def quantity_in(text: str, unit: str) -> float:
    """Value of the text in the base unit of a trait's `unit`; a wrong dimension is a QuantityError that names both."""
    wanted = DIMENSIONS[unit]
    value, found = parse_quantity(text)
    if found == wanted:
        return value
    if found == "number" and wanted in BARE_NUMBER_OK:
        return value
    if found == "money per period" and wanted == "money":
        raise QuantityError(f"{text.strip()!r} is {found}, not {wanted}", found)
    if found == "number":
        raise QuantityError(f"{text.strip()!r} has no unit; write a {wanted} such as {EXAMPLES[wanted]!r}", found)
    if wanted == "percent" and found == "number":
        return value
    raise QuantityError(f"{text.strip()!r} measures {found}, not {wanted}; write one such as {EXAMPLES[wanted]!r}", found)


def trim(value: float) -> str:
    """A number without needless digits: `7`, `4.5`, `10,240`."""
    if value == 0:
        return "0"
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    text = f"{value:,.{max(0, 3 - math.floor(math.log10(abs(value))))}f}" if abs(value) < 1000 else f"{value:,.1f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(value: float, steps: list[tuple[str, float]]) -> str:
    size = abs(value)
    exact = [(n, f) for n, f in steps if size >= f and float(value / f).is_integer() and value / f < 10000]
    if exact:
        name, factor = max(exact, key=lambda s: s[1])
        return f"{trim(value / factor)} {name}"
    fits = [(n, f) for n, f in steps if size >= f] or [min(steps, key=lambda s: s[1])]
    name, factor = max(fits, key=lambda s: s[1])
    return f"{trim(value / factor)} {name}"


_TIME_STEPS = [("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3600.0), ("days", float(DAY)), ("years", float(YEAR))]
_DATA_STEPS = (
    [("B", 1.0)] + [(f"{p}B", 1000.0**i) for i, p in enumerate(_PREFIX, 1)] + [(f"{p}iB", 1024.0**i) for i, p in enumerate(_PREFIX, 1)]
)


def format_quantity(value: float, unit: str) -> str:
    """The value as a person writes it: `40 min`, `10 GiB`, `2,000 rps`; `unit` is the trait's base unit."""
    if math.isinf(value):
        return "any" if value > 0 else "none"
    if unit == "s":
        text = _scaled(value, _TIME_STEPS)
        return {"1 days": "1 day", "1 years": "1 year"}.get(text, text)
    if unit == "B":
        return _scaled(value, _DATA_STEPS)
    if unit == "B/s":
        return _scaled(value, _DATA_STEPS) + "/s"
    if unit == "rps":
        per_month = value * MONTH
        if value < 0.01 and per_month > 0.9999:  # one a month is not exact in binary
            return f"{trim(per_month)}/month"
        return f"{trim(value)} per second"
    if unit == "USD":
        return f"${trim(value)}"
    if unit == "USD/month":
        return f"${trim(value)}/month"
    if unit == "percent":
        return f"{value:.6g} %"
    if unit == "vcpu":
        return f"{trim(value)} vCPU"
    return trim(value)
