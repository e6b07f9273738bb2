"""The OpenAPI document: FastAPI's own, completed with problems, forms and trait parameters."""

from __future__ import annotations

from fastapi import FastAPI


def describe(app: FastAPI) -> None:
    """Replace the app's document by the completed one."""
