"""Reading, comparing and writing numbers with units."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.quantities import DIMENSIONS, MAX_TEXT, QuantityError, format_quantity, parse_quantity, quantity_in, trim


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("15 min", 900, "time"), ("1 h 30 min", 5400, "time"), ("90 days", 7776000, "time"), ("1 year", 31536000, "time"),
        ("250ms", 0.25, "time"), ("10 µs", 1e-5, "time"), ("2 hrs", 7200, "time"), ("1 week", 604800, "time"),
        ("1 month", 2592000, "time"),
        ("400 KB", 400_000, "data"), ("400 KiB", 409_600, "data"), ("64 TiB", 64 * 2**40, "data"), ("10240 MiB", 10240 * 2**20, "data"),
        ("1.5TB", 1.5e12, "data"), ("3 petabytes", 3e15, "data"), ("5 gb", 5e9, "data"),
        ("625 Mbps", 78_125_000, "data rate"), ("4 GB/s", 4e9, "data rate"), ("1 Gb/s", 125_000_000, "data rate"),
        ("2000 rps", 2000, "rate"), ("10,000 rps", 10_000, "rate"), ("16000 iops", 16000, "rate"),
        ("1 million/month", 1e6 / 2592000, "rate"),
        ("120 requests per minute", 2, "rate"), ("86400 a day", 1, "rate"),
        ("$500", 500, "money"), ("$100/month", 100, "money per period"), ("$12 per year", 12 * 30 / 365, "money per period"),
        ("$1.5 million", 1_500_000, "money"), ("99.9 %", 99.9, "percent"), ("4", 4, "number"), ("1e3", 1000, "number"),
        ("8 vCPU", 8, "number"),
        ("-5 min", -300, "time"), (" 7 ", 7, "number"),
    ],
)  # fmt: skip
def test_reading(text: str, value: float, dimension: str) -> None:
    """Values in the base unit, whatever the spelling."""
    found, kind = parse_quantity(text)
    assert kind == dimension
    assert found == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", " ", "min", "15 parsecs", "1.2.3 s", "NaN", "inf", "1e999 s", "five", "1 h 30 GB", "--3", "1,00 s", "$", "0x10 s", "9" * 81]
)
def test_what_is_no_quantity(text: str) -> None:
    """Neither number nor unit is guessed."""
    with pytest.raises(QuantityError):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [("5 GB", "s", "measures data, not time"), ("20", "s", "has no unit"), ("$5/month", "USD", "money per period, not money"),
    ("3 min", "B", "time")],
)
def test_a_wrong_dimension_names_both(text: str, unit: str, words: str) -> None:
    """The message says what it is, what it should be and how one is written."""
    with pytest.raises(QuantityError, match=words):
        quantity_in(text, unit)


@pytest.mark.parametrize("unit", ["rps", "USD", "USD/month", "percent", "1", "vcpu"])
def test_a_bare_number_does_where_it_can_mean_one_thing(unit: str) -> None:
    """Rates, money, percent and counts need no unit; times and sizes do."""
    assert quantity_in("12.5", unit) == 12.5


def test_case_tells_bits_from_bytes() -> None:
    """`Gb/s` is a network's, `GB/s` a disk's."""
    assert quantity_in("8 Gb/s", "B/s") == quantity_in("1 GB/s", "B/s") == 1e9


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (900, "s", "15 min"), (2400, "s", "40 min"), (86400, "s", "1 day"), (31536000, "s", "1 year"), (0.25, "s", "250 ms"),
        (5400, "s", "90 min"),
        (400_000, "B", "400 KB"), (10 * 2**30, "B", "10 GiB"), (1e9, "B/s", "1 GB/s"), (2000, "rps", "2,000 per second"),
        (1 / 2592000, "rps", "1/month"), (500, "USD", "$500"), (100, "USD/month", "$100/month"), (99.9, "percent", "99.9 %"),
        (4, "vcpu", "4 vCPU"),
        (10240, "1", "10,240"), (math.inf, "s", "any"), (-math.inf, "s", "none"), (0, "1", "0"),
    ],
)  # fmt: skip
def test_writing(value: float, unit: str, text: str) -> None:
    """As a person would."""
    assert format_quantity(value, unit) == text


units = st.sampled_from(sorted(DIMENSIONS))


@given(units, st.integers(1, 9999), st.sampled_from([1, 60, 3600, 86400, 1000, 10**6, 1024, 2**20, 2**30]))
def test_what_is_written_reads_back(unit: str, count: int, factor: int) -> None:
    """parse(format(x)) is x to the four figures that are shown."""
    value = float(count * factor)
    assert quantity_in(format_quantity(value, unit), unit) == pytest.approx(value, rel=1e-3)


@given(units, st.floats(1e-5, 1e14, allow_nan=False))
def test_writing_is_stable(unit: str, value: float) -> None:
    """What was written once is written the same after reading it back."""
    once = format_quantity(value, unit)
    assert quantity_in(once, unit) == pytest.approx(value, rel=2e-2, abs=1e-6)


@given(st.text(max_size=MAX_TEXT + 5))
def test_any_text_is_read_or_refused(text: str) -> None:
    """A finite number and a known dimension, or a QuantityError; nothing else ever."""
    try:
        value, dimension = parse_quantity(text)
    except QuantityError:
        return
    assert math.isfinite(value)
    assert dimension in DIMENSIONS.values()


@given(st.floats(0.001, 1e14, allow_nan=False))
def test_trimming_keeps_four_figures(value: float) -> None:
    """No needless digits, none lost that matter."""
    text = trim(value)
    assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-3)
    assert not ("." in text and text.endswith("0"))
