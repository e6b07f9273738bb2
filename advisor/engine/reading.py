"""Records read back from JSON data: the inverse of `advisor.engine.results.as_dict`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
Reader = Callable[[Any], Any]


class NotThatRecordError(ValueError):
    """The data is not what the record's type says; the message names the place."""


def read_record(kind: type[Record], data: Any) -> Record:
    """The frozen record of this type that the JSON data tells.

    Fields the type does not know are passed over, so that an older client understands a newer server; a field that is missing takes its
    default. Raises NotThatRecordError when one without a default is missing, or a value has another type.
    """
    found: Record = _reader(kind)(data)  # type: ignore[arg-type]  # a type is hashable
    return found


def read_records(kind: type[Record], data: Any) -> tuple[Record, ...]:
    """The records of a JSON array. Raises NotThatRecordError."""
    found: tuple[Record, ...] = _reader(tuple[kind, ...])(data)  # type: ignore[valid-type]
    return found


@cache
def _reader(kind: Any) -> Reader:
    """The function that reads one type, made once."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda value: value
    if origin in (Union, UnionType):
        inner = [a for a in arguments if a is not NoneType]
        if len(inner) > 1:
            return _one_of([_reader(a) for a in inner])
        read = _reader(inner[0])
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        return _many(_reader(arguments[0]))
    if origin is dict:
        return _map(_reader(arguments[1]))
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind)
    return _plain(kind)


def _plain(kind: type) -> Reader:
    def read(value: Any) -> Any:
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if kind is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits:
            raise NotThatRecordError(f"{kind.__name__} expected, {type(value).__name__} found")
        return value

    return read


def _many(read_one: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise NotThatRecordError(f"array expected, {type(value).__name__} found")
        return tuple(_at(i, read_one, v) for i, v in enumerate(value))

    return read


def _map(read_one: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise NotThatRecordError(f"object expected, {type(value).__name__} found")
        return {k: _at(k, read_one, v) for k, v in value.items()}

    return read


def _one_of(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        if value is None:
            return None
        for read_one in readers:
            try:
                return read_one(value)
            except NotThatRecordError as error:
                last = error
        raise last

    return read


def _record(kind: type) -> Reader:
    hints = get_type_hints(kind)
    parts = [(f.name, _reader(hints[f.name]), f.default is MISSING and f.default_factory is MISSING) for f in fields(kind)]

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise NotThatRecordError(f"{kind.__name__} expected, {type(value).__name__} found")
        found = {}
        for name, read_one, needed in parts:
            if name in value:
                found[name] = _at(name, read_one, value[name])
            elif needed:
                raise NotThatRecordError(f"{kind.__name__} without {name!r}")
        return kind(**found)

    return read


def _at(place: object, read_one: Reader, value: Any) -> Any:
    """The value read; an error tells the place from the outside in."""
    try:
        return read_one(value)
    except NotThatRecordError as error:
        raise NotThatRecordError(f"{place}: {error}") from None
