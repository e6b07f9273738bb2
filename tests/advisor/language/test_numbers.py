"""Numbers with units in running text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.language.numbers import read_quantities
from advisor.quantities import parse_quantity


@pytest.mark.parametrize(
    ("text", "dimension", "answer"),
    [
        ("20 minutes", "time", "20 minutes"),
        ("10,000 requests per second", "rate", "10000 /second"),
        ("1 million messages per month", "rate", "1000000 /month"),
        ("millions of requests per second", "rate", ">= 1000000 /second"),
        ("16,000 IOPS", "rate", "16000 rps"),
        ("at least 3 PB", "data", ">= 3 PB"),
        ("more than 5 TB", "data", "> 5 TB"),
        ("less than 100 ms", "time", "< 100 ms"),
        ("up to 10 MB", "data", "<= 10 MB"),
        ("2 GiB or more", "data", ">= 2 GiB"),
        ("petabyte-scale", "data", ">= 1 petabyte"),
        ("two weeks", "time", "2 weeks"),
        ("half an hour", "time", "0.5 hour"),
        ("within a day", "time", "<= 1 day"),
        ("sub-millisecond", "time", "< 1 millisecond"),
        ("single-digit milliseconds", "time", "< 10 milliseconds"),
        ("microsecond latency", "time", "< 1 ms"),
        ("within minutes", "time", "<= 1 h"),
        ("5-10 minutes", "time", "5 minutes .. 10 minutes"),
        ("between 5 and 10 GB", "data", "5 GB .. 10 GB"),
        ("100 Mbps", "data rate", "100 Mbps"),
        ("500 Mbit", "data rate", "500 Mbps"),
        ("10 mbit line", "data rate", "10 Mbps"),
        ("a gigabit line", "data rate", "1 Gbps"),
        ("256 gigs of RAM", "data", "256 GB"),
        ("within a fortnight", "time", "<= 2 weeks"),
        ("500,000 random IOPS", "rate", "500000 rps"),
        ("5 million API calls per month", "rate", "5000000 /month"),
        ("down for more than 30 seconds", "time", "> 30 seconds"),
        ("must not be down for more than 30 seconds", "time", "<= 30 seconds"),
        ("over 80 TB", "data", "> 80 TB"),
        ("queries over 80 TB", "data", "80 TB"),
        ("500 megabytes per second", "data rate", "500 megabytes/second"),
        ("$100/month", "money per period", "$100/month"),
        ("100 dollars per month", "money per period", "$100/month"),
        ("99.99%", "percent", "99.99 %"),
        ("8 vCPUs", "number", "8 vcpu"),
        ("40 accounts", "number", "40"),
    ],
)
def test_reads(text: str, dimension: str, answer: str) -> None:
    """One number each, in its dimension, as an answer one can send back."""
    (found,) = read_quantities(text)
    assert (found.dimension, found.answer(limit=False)) == (dimension, answer)


def test_a_limit_takes_the_bound_itself() -> None:
    """For a trait that is an upper bound, "up to 20 min" is 20 min; "at least" stays a range."""
    assert read_quantities("up to 20 min")[0].answer(limit=True) == "20 min"
    assert read_quantities("at least 20 min")[0].answer(limit=True) == ">= 20 min"


@pytest.mark.parametrize("text", ["an instance", "a company", "version 2.x", "one-off", "S3", "EC2 and m5"])
def test_no_number_is_invented(text: str) -> None:
    """Articles and names with digits are no quantities of time, data, rate or money."""
    assert [q for q in read_quantities(text) if q.dimension != "number"] == []


@given(st.text(alphabet="0123456789,.-+ kKMGTBbpsminhdayreqot/$%()aé", max_size=80))
def test_every_amount_parses(text: str) -> None:
    """Whatever stands there, each amount found is one that `parse_quantity` reads, inside the text."""
    for found in read_quantities(text):
        assert parse_quantity(found.text)[1] in (found.dimension, "number")
        assert 0 <= found.start < found.end <= len(text)
