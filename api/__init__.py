"""The porch: the advisor over HTTP. `create_app` builds it; nothing here decides anything."""

from api.main import create_app

__all__ = ["create_app"]
