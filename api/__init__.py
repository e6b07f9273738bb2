"""The porch: the advisor over HTTP. `create_app` builds it; nothing here decides anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.main import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    """`create_app`, imported on first use, so that single modules of the porch can be used and run without the rest."""
    if name == "create_app":
        from api.main import create_app

        return create_app
    raise AttributeError(f"module 'api' has no attribute {name!r}")
