"""Numbers with units in running text: "up to 20 minutes", "10,000 requests per second", "at least 3 PB", "two weeks", "sub-millisecond".

Only reads; what trait a number belongs to is decided by `interpret`. Every pattern is anchored at a digit or a number word and has
bounded repeats, so that the time is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.quantities import QuantityError, parse_quantity

_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
    "hundred": 100,
    "a hundred": 100, "a thousand": 1000, "a million": 10**6, "a dozen": 12, "a couple of": 2, "half an": 0.5, "half a": 0.5,
}  # fmt: skip
_TIME = (
    r"nanoseconds?|microseconds?|milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|fortnights?|months?|years?|yrs?"
    r"|ms|µs|μs|us|s|h|d"
)
_PER = r"(?:\s?/\s?|\s+per\s+|\s+an?\s+|\s+each\s+|\s+every\s+)(?:second|sec|s|minute|min|hour|h|day|week|month|mo|year)\b"
_DATA = (
    r"gigs?|teras?|megs?|kilobytes?|megabytes?|gigabytes?|terabytes?|petabytes?|exabytes?|bytes?"
    r"|[KMGTPE]i?B|[kmgtpe]i?b|[GT](?=\s(?:of|RAM|memory))"
)
_RATE = (
    r"(?:[A-Za-z-]{2,14}\s)?(?:requests?|transactions?|queries|messages?|events?|writes?|reads?|records?|invocations?|calls?|orders|hits"
    r"|inserts|operations|uploads|images|files|jobs|objects)"
)
_UNIT = (
    rf"(?P<bits>[KMGT]bps|[kmgt]bps|[KMGT]b/s|[KMGTkmgt]bits?(?:/s|\b)|(?:kilo|mega|giga|tera)bits?{_PER})"
    rf"|(?P<drate>(?:{_DATA}){_PER})|(?P<data>(?:{_DATA})\b)"
    rf"|(?P<rate>{_RATE}{_PER})|(?:(?:random|read|write|mixed|provisioned|sustained)\s)?(?P<short>rps|tps|qps|iops|IOPS|RPS|TPS|QPS)\b"
    r"|(?P<io>I/O operations per second)"
    rf"|(?P<permonth>(?:dollars|USD|usd){_PER})|(?P<usd>dollars|USD|usd)\b"
    rf"|(?P<pct>%|percent\b|per cent\b)|(?P<cpu>v?CPUs?\b|v?cpus?\b|cores?\b)|(?P<time>(?:{_TIME})\b)|(?P<onlyper>{_PER})"
)
_WORD_NUMBERS = "|".join(sorted(_WORDS, key=lambda w: -len(w)))
_NUMBER = re.compile(
    rf"(?P<money>(?:US)?\$\s?)?(?<![\w.])(?P<num>\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,6}})?|\d{{1,15}}(?:\.\d{{1,9}})?"
    rf"|(?i:{_WORD_NUMBERS})(?=[\s-]))(?P<plus>\+)?"
    rf"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|k(?![a-zA-Z])|M(?=\s(?:requests|messages|events|users|records)))s?)?"
    rf"(?:[\s-]{{0,2}}(?:{_UNIT}))?(?!\w)",
)
_SHORT_DATA = re.compile(r"(?:gig|meg|tera)s?\b", re.I)
_LEAST = {
    "hundreds": 100, "thousands": 1000, "tens of thousands": 10**4, "hundreds of thousands": 10**5, "millions": 10**6, "billions": 10**9,
}  # fmt: skip
_VAGUE = {"seconds": "1 min", "minutes": "1 h", "hours": "1 day", "days": "1 week"}  # "within minutes" is at most an hour
_SCALE = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12, "k": 10**3, "m": 10**6,
}  # fmt: skip
_MANY = re.compile(rf"\b(?P<many>{'|'.join(sorted(_LEAST, key=lambda w: -len(w)))})\s+of\s+(?P<rate>{_RATE}{_PER})", re.I)
_LOOSE = re.compile(
    r"\b(?P<sub>sub[- ]?(?P<subunit>millisecond|second|minute))\b"
    r"|\b(?P<single>single[- ]digit[- ](?P<singleunit>milliseconds?|microseconds?|seconds?))\b"
    r"|(?<![\d.][\s-])(?<!\d)\b(?P<bare>microseconds?|milliseconds?)\b"
    r"|(?<!\d)(?<!\d[ -])\b(?P<scale>(?P<scaleunit>(?:peta|tera|exa)bytes|(?:peta|tera|exa|giga)byte(?=[- ]scale)))(?:[- ]scale|\b)"
    r"|(?<!\d )(?<!\d-)\b(?P<gigabit>gigabit)(?=\s+(?:line|link|connection|uplink|internet|fib))"
    r"|\b(?P<vague>(?:in|within|a few|few|several|to)\s+(?P<vagueunit>seconds|minutes|hours|days))\b",
    re.I,
)
_BEFORE = [
    (re.compile(r"(?:at least|no less than|not less than|minimum(?: of)?|min\.?|starting at|>=|≥)\s*$", re.I), ">="),
    (re.compile(r"(?:(?:more|greater|longer|larger|higher) than|over|above|exceed(?:s|ing)?|in excess of|beyond|>)\s*$", re.I), ">"),
    (re.compile(r"(?:less than|fewer than|under|below|shorter than|smaller than|<)\s*(?:than\s*)?$", re.I), "<"),
    (
        re.compile(
            r"(?:up to|at most|no(?:t)? more than|max(?:imum)?(?: of)?|no longer than|within|as (?:much|long|many|large) as|<=|≤)"
            r"\s*(?:the (?:first|next|last)\s*)?$",
            re.I,
        ),
        "<=",
    ),
]
_AFTER = [
    (re.compile(r"\s*(?:or (?:more|longer|larger|greater)|and (?:more|above|up)|minimum|at least)\b", re.I), ">="),
    (re.compile(r"\s*(?:or (?:less|fewer|under|below)|maximum|at most|at the most|tops)\b", re.I), "<="),
]
_THROUGH = re.compile(  # no comparison
    r"(?:quer\w+|reports?|scan\w*|search\w*|analy\w+|links?|lines?|joins?|sql"
    r"|spread)(?:\s\w+){0,2}\s+over\s*$",
    re.I,
)
_NOT_MORE = re.compile(r"(?:\b(?:not|never|no|cannot|nobody)|n['’]t)\b[^.,;:]{0,40}$", re.I)  # "must not be down for more than"
_ONE = re.compile(r"(?:within|than|under|for|over|least|most|up to|about|every|in)\s*$", re.I)  # before "an hour", "a year"
_RANGE_GAP = re.compile(r"\s*(?:-|–|to|and|\.\.)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: its characters [start, end), its dimension, and an answer one can send back.

    compare: "" (exactly), ">=", ">", "<", "<=" or "..".   text: the amount alone, as `parse_quantity` reads it; `high` ends a range.
    """

    start: int
    end: int
    dimension: str
    text: str
    compare: str = ""
    high: str = ""

    def answer(self, *, limit: bool) -> str:
        """The raw answer for a trait. `limit`: the trait is itself an upper bound, so that "up to 20 min" is 20 min."""
        if self.high:
            return f"{self.text} .. {self.high}"
        compare = "" if limit and self.compare == "<=" else self.compare
        return f"{compare} {self.text}" if compare else self.text


def read_quantities(text: str) -> list[Quantity]:
    """Every number of the text that stands with a unit, or alone (dimension "number"), in order."""
    found = [q for m in _NUMBER.finditer(text) if (q := _quantity(text, m)) is not None]
    taken = [(q.start, q.end) for q in found]
    for match in (*_LOOSE.finditer(text), *_MANY.finditer(text)):
        loose = _loose(match)
        if loose is not None and not any(s < loose.end and loose.start < e for s, e in _near(taken, loose.start)):
            found.append(loose)
    return _ranges(text, sorted(found, key=lambda q: q.start))


def _near(spans: list[tuple[int, int]], place: int) -> list[tuple[int, int]]:
    return [s for s in spans if abs(s[0] - place) < 60] if len(spans) < 200 else []


def _unit_text(match: re.Match[str]) -> tuple[str, str]:
    """(unit as `parse_quantity` reads it, kind) of a matched number."""
    for kind in ("bits", "drate", "data", "rate", "short", "io", "permonth", "usd", "pct", "cpu", "time", "onlyper"):
        unit = match.group(kind)
        if unit:
            per = re.search(_PER, unit)
            period = re.sub(r"^(?:\s?/\s?|\s+per\s+|\s+an?\s+|\s+each\s+|\s+every\s+)", "", per.group()) if per else ""
            period = {"mo": "month"}.get(period, period)
            if kind == "time" and unit.lower().startswith("fortnight"):
                return "fortnight", kind
            if kind in ("data", "drate") and _SHORT_DATA.match(unit):
                unit = re.sub(r"^(gig|meg|tera)s?\b", lambda m: m.group(1)[0].upper() + "B", unit.lower())
            if kind == "bits":
                return (re.sub(r"^(k|m|g|t)", lambda m: m.group().upper(), unit.lower())[:1] + "bps", kind)
            if kind == "drate":
                return re.sub(_PER, "", unit) + "/" + period, kind
            if kind in ("rate", "io", "onlyper", "permonth"):
                return ("" if kind != "permonth" else "$") + "/" + (period or "s"), kind
            return {"pct": "%", "cpu": "vcpu", "short": "rps", "usd": ""}.get(kind, unit), kind
    return "", ""


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    raw = match.group("num").lower()
    unit, kind = _unit_text(match)
    start, end = match.start(), match.end()
    worded = raw in _WORDS
    number = f"{_WORDS[raw]:g}" if worded else raw.replace(",", "")
    before = text[max(0, start - 24) : start]
    if raw in ("a", "an") and (kind != "time" or not _ONE.search(before)):
        return None
    if unit == "fortnight":
        number, unit = f"{2 * float(number):g}", "weeks"
    scale = _SCALE.get((match.group("scale") or "").lower(), 1)
    if match.group("money"):
        unit = "/" + unit.lstrip("$").lstrip("/") if "/" in unit else ""
        amount = f"${float(number) * scale:.10g}{unit}"
    elif kind == "usd":
        amount = f"${float(number) * scale:.10g}"
    elif kind == "permonth":
        amount = f"${float(number) * scale:.10g}{unit.lstrip('$')}"
    else:
        unit = re.sub(r"(?i)^us$", "us", unit)
        amount = f"{float(number) * scale:.15g} {unit}".strip()
    try:
        _, dimension = parse_quantity(amount)
    except QuantityError:
        return None
    if kind == "time" and match.group("time") in ("s", "h", "d", "us") and text[end - 2 : end - 1].isspace() is False and worded:
        return None
    compare = next((sign for pattern, sign in _BEFORE if pattern.search(before)), "") if not _THROUGH.search(before) else ""
    if compare == ">" and _NOT_MORE.search(text[max(0, start - 60) : start]):
        compare = "<="
    if not compare:
        compare = next((sign for pattern, sign in _AFTER if pattern.match(text[end : end + 20])), "")
    if not compare and match.group("plus"):
        compare = ">="
    return Quantity(start, end, dimension, amount, compare)


def _loose(match: re.Match[str]) -> Quantity | None:
    start, end = match.start(), match.end()
    groups = match.groupdict()
    if groups.get("many"):
        per = re.search(_PER, match.group("rate"))
        period = re.split(r"[\s/]+", per.group().strip())[-1] if per else "s"
        return Quantity(start, end, "rate", f"{_LEAST[match.group('many').lower()]} /{'month' if period == 'mo' else period}", ">=")
    if groups.get("sub"):
        return Quantity(start, end, "time", f"1 {match.group('subunit').lower()}", "<")
    if groups.get("single"):
        return Quantity(start, end, "time", f"10 {match.group('singleunit').lower()}", "<")
    if groups.get("bare"):
        return Quantity(start, end, "time", "1 ms" if match.group("bare").lower().startswith("micro") else "1 s", "<")
    if groups.get("scale"):
        return Quantity(start, end, "data", f"1 {match.group('scaleunit').lower()}", ">=")
    if groups.get("gigabit"):
        return Quantity(start, end, "data rate", "1 Gbps")
    if groups.get("vague"):
        return Quantity(start, end, "time", _VAGUE[match.group("vagueunit").lower()], "<=")
    return None


def _ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Two numbers joined by "to", "-" or "between … and" as one range; the second lends its unit to the first."""
    out: list[Quantity] = []
    for quantity in found:
        last = out[-1] if out else None
        gap = text[last.end : quantity.start] if last is not None and quantity.start - last.end < 8 else "no"
        if last is not None and not last.high and not quantity.compare and _RANGE_GAP.match(gap):
            joined = text[last.end : quantity.start].strip().lower()
            between = re.search(r"between\s*$", text[max(0, last.start - 12) : last.start], re.I)
            low = last.text
            if last.dimension == "number" and quantity.dimension != "number":
                low = f"{last.text} {quantity.text.partition(' ')[2]}".strip()
            same = last.dimension in ("number", quantity.dimension)
            if same and (joined != "and" or between):
                try:
                    in_order = parse_quantity(low)[0] < parse_quantity(quantity.text)[0]
                except QuantityError:
                    in_order = False
                if in_order:
                    out[-1] = Quantity(last.start, quantity.end, quantity.dimension, low, "..", quantity.text)
                    continue
        out.append(quantity)
    return out
