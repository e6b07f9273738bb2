"""Words of a text as comparable stems, with the places where they stand.

Two spellings of one need become the same stems: inflections (Snowball's English stemmer), British and American endings, words that
carry nothing (articles, modal verbs). Whatever compares words (phrases of the knowledge, a person's text) goes through here.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][a-zA-Z]{1,2}\b)?")
_BREAK = re.compile(r"[.!?;]\s|:\s(?!\s?[\d~])|[.!?;:]$|\n|[()]|\s[-–—]+\s|•")
_BRITISH = (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ises", "izes"), ("iser", "izer"), ("ise", "ize"),
            ("yse", "yze"), ("ysing", "yzing"), ("ysed", "yzed"), ("ogue", "og"))  # fmt: skip
_SPELLED = {
    "centre": "center", "centres": "centers", "licence": "license", "licences": "licenses", "behaviour": "behavior",
    "behaviours": "behaviors", "colour": "color", "programme": "program", "programmes": "programs", "favour": "favor",
    "catalogue": "catalog", "fulfil": "fulfill", "labelled": "labeled", "cancelled": "canceled", "artefact": "artifact",
    "artefacts": "artifacts", "metre": "meter", "defence": "defense", "fibre": "fiber", "resizeable": "resizable",
}  # fmt: skip
_FIXED = {
    "cannot": "not",
    "is": "be",
    "are": "be",
    "was": "be",
    "were": "be",
    "been": "be",
    "being": "be",
    "am": "be",
    "has": "have",
    "had": "have",
    "having": "have",
    "less": "less",
    "https": "https",
    "iops": "iops",
    "ddos": "ddos",
    "vms": "vm",
    "apis": "api",
    "cpus": "cpu",
    "gpus": "gpu",
    "vpcs": "vpc",
    "azs": "az",
    "amis": "ami",
    "ebs": "ebs",
    "efs": "efs",
    "availability": "availability",
    "available": "available",
    "elasticity": "elasticity",
    "elastic": "elastic",
    "servers": "server",
    "serverless": "serverless",
}  # stems that Snowball would merge or cut wrongly
_CARRY_NOTHING = (
    "a an the their our its your my his her this that these those some can could may might will would should must shall do does did "
    "very also just so please currently"
)
DROPPED = frozenset(_CARRY_NOTHING.split())  # words that change no need; left out of phrases and texts alike
_POSSESSIVE = re.compile(r"['’](s|re|ve|ll|d|m)$")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: its stem ("" when it carries nothing) and its place. `opens` marks the first word after a break."""

    stem: str
    start: int
    end: int
    opens: bool = False


_ONE_AT_A_TIME = threading.Lock()


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.EnglishStemmer:  # type: ignore[name-defined,unused-ignore]
    return snowballstemmer.stemmer("english")


def _plain(word: str) -> str:
    low = word.lower()
    if low.endswith(("n't", "n’t")):
        return "not"
    low = _POSSESSIVE.sub("", low)
    low = _SPELLED.get(low, low)
    if len(low) > 5:
        for british, american in _BRITISH:
            if low.endswith(british):
                return low[: -len(british)] + american
    return low


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of one word; "" for words that carry nothing. Words with digits stay as they are."""
    plain = _plain(word)
    if plain in DROPPED:
        return ""
    if plain in _FIXED:
        return _FIXED[plain]
    if len(plain) <= 3 or len(plain) > 40 or any(c.isdigit() for c in plain):
        return plain
    with _ONE_AT_A_TIME:  # the stemmer keeps the word it works on
        return str(_stemmer().stemWord(plain))


def tokens(text: str) -> list[Token]:
    """The words of a text in order; dropped words have an empty stem."""
    breaks = iter([m.start() for m in _BREAK.finditer(text)])
    upcoming = next(breaks, None)
    out = []
    for match in _WORD.finditer(text):
        opens = False
        while upcoming is not None and upcoming < match.start():
            opens, upcoming = True, next(breaks, None)
        out.append(Token(stem(match.group()), match.start(), match.end(), opens))
    return out


@lru_cache(maxsize=65536)
def stems(text: str) -> tuple[str, ...]:
    """The stems of a phrase, dropped words left out: equal for two ways of writing the same phrase."""
    return tuple(t for t in (stem(m.group()) for m in _WORD.finditer(text)) if t)


def singular(word: str) -> str:
    """The word in small letters without its plural ending: tells "stages" from "staging"."""
    low = _plain(word)
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("ches", "shes", "sses", "xes")):
        return low[:-2]
    return low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")) else low


def light(word: str) -> str:
    """The word without plural and verb endings only: tells "products" from "production", which have one stem."""
    low = _plain(word)
    for ending in ("ies", "es", "s", "ing", "ed", "er", "ers", "y", "e"):
        if low.endswith(ending) and len(low) - len(ending) >= 3:
            low = low[: -len(ending)]
            break
    return low[:-1] if len(low) > 4 and low[-1] == low[-2] else low
