"""Commands that serve: HTTP, and tools for chatbots over stdio."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import sys

import click


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen. Anything but loopback needs --api-keys or --no-auth."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; they share nothing.")
@click.option(
    "--api-keys", type=click.Path(exists=True, dir_okay=False), envvar="ADVISOR_API_KEYS", help="File of hashed keys (`advisor hash-key`)."
)
@click.option("--no-auth", is_flag=True, help="Serve other machines without keys.")
@click.option("--cors", "origins", multiple=True, help="An origin whose pages may call the API; repeatable; * for any.")
@click.option("--root-path", default="", help="The path prefix under which a proxy serves this.")
@click.option(
    "--reload",
    "reload_seconds",
    default=0.0,
    type=float,
    help="Look for changed knowledge every so many seconds; 0 never. SIGHUP always does.",
)
@click.option("--access-log/--no-access-log", default=True)
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    port: int,
    workers: int,
    api_keys: str | None,
    no_auth: bool,
    origins: tuple[str, ...],
    root_path: str,
    reload_seconds: float,
    access_log: bool,
) -> None:
    """Run the HTTP API and the page."""
    if not _loopback(host) and not api_keys and not no_auth:
        raise click.UsageError(
            f"listening on {host} lets other machines ask: give --api-keys FILE (see `advisor hash-key`), or --no-auth if that is meant"
        )
    settings = {
        "ADVISOR_SERVE_PACKS": os.pathsep.join(ctx.obj["packs"]),
        "ADVISOR_ROOT_PATH": root_path,
        "ADVISOR_CORS": " ".join(origins),
        "ADVISOR_RELOAD": str(reload_seconds),
        "ADVISOR_ACCESS_LOG": "on" if access_log else "off",
    }
    os.environ.update({k: v for k, v in settings.items() if v})
    if api_keys:
        os.environ["ADVISOR_API_KEYS"] = api_keys
    elif no_auth:
        os.environ.pop("ADVISOR_API_KEYS", None)
    from api.server import run

    run(host, port, workers)


@click.command()
@click.pass_context
def mcp(ctx: click.Context) -> None:
    """Serve tools for chatbots over standard input and output (Model Context Protocol)."""
    from advisor.cli.shared import local_advisor
    from api.mcp import run_stdio

    run_stdio(local_advisor(ctx))


@click.command("hash-key")
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def hash_key(key: str | None, as_json: bool) -> None:
    """Hash an API KEY (or one from standard input) for the server's key file; keys themselves are never kept."""
    secret = key if key is not None else sys.stdin.readline().strip()
    if len(secret) < 16:
        raise click.UsageError("a key has at least 16 characters; `openssl rand -hex 24` makes a good one")
    digest = "sha256:" + hashlib.sha256(secret.encode()).hexdigest()
    click.echo(json.dumps({"hash": digest}) if as_json else digest)
