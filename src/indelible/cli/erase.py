"""``indelible erase``: persons go from the logs; ``indelible retention``: what is old does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from indelible.cli.opened import with_services
from indelible.identity.model import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indelible.core.activity import TenantId
    from indelible.ledger.erase import Erased
    from indelible.ledger.retention import Rules
    from indelible.web.services import Services

app = typer.Typer(help="Erase what the logs disclose.", no_args_is_help=True)
retention = typer.Typer(help="How long entries are kept.", no_args_is_help=True)

Tenant = Annotated[str, typer.Argument(help="Id or name of the tenant.")]


@app.callback()
def commands() -> None:
    """Erase what the logs disclose."""


@app.command()
def person(
    who: Annotated[str, typer.Argument(help="Public id or e-mail address.")],
    reason: Annotated[
        str | None, typer.Option(help="Stays in the log: it can't name the person.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Take away what is disclosed of a person, in every log, and empty the account.

    There is no way back. Every proof holds as before, and rows say what was erased. Backups of the
    database still have it: let them run out.
    """
    from indelible.ledger.erase import Circumstances  # noqa: PLC0415  # not in base

    if not yes:
        traces = with_services(lambda services: services.eraser.find(who))
        account = "there is an account" if traces.account else "there is no account"
        typer.echo(f"{traces.person}: {account}; to be erased from:")
        _tell(traces.logs.values())
        typer.confirm("Erase it? There is no way back.", abort=True)
    circumstances = Circumstances(actor=COMMAND_LINE, reason=reason)
    erasure = with_services(lambda services: services.eraser.erase(who, circumstances))
    typer.echo(f"{erasure.person} is erased from:")
    _tell((tenant, erased) for tenant, erased, _ in erasure.logs)


@retention.command()
def show(tenant: Tenant) -> None:
    """Print how long a tenant's entries are kept."""

    async def read(services: Services) -> str:
        found = await services.retention.read(await _find(services, tenant))
        rules = found.rules
        days = f"{rules.days or services.retention.default} days"
        whose = "" if rules.days else " (default)"
        hold = f"on hold: {rules.hold}" if rules.hold else "no hold"
        return f"{days}{whose}, {hold}, {found.purged:,} entries purged"

    typer.echo(with_services(read))


@retention.command("set")
def set_days(
    tenant: Tenant,
    days: Annotated[int | None, typer.Argument(help="None sets the default again.")] = None,
) -> None:
    """Set for how many days a tenant's entries are kept."""
    _change(tenant, lambda rules: _rules(days, rules.hold))


@retention.command()
def hold(
    tenant: Tenant, reason: Annotated[str, typer.Option(help="Stays in the tenant's log.")]
) -> None:
    """Let nothing of a tenant be purged until the hold is released."""
    _change(tenant, lambda rules: _rules(rules.days, reason))


@retention.command()
def release(tenant: Tenant) -> None:
    """Take a tenant's hold away."""
    _change(tenant, lambda rules: _rules(rules.days, None))


@retention.command()
def purge() -> None:
    """Purge now what is old enough; the service does so once a day."""
    purged = with_services(lambda services: services.purger.run())
    for due, _ in purged:
        typer.echo(f"{due.tenant}: seq {due.seqs.start} to {due.seqs[-1]} purged")
    if not purged:
        typer.echo("Nothing is old enough.")


def _change(tenant: str, to: Callable[[Rules], Rules]) -> None:
    from indelible.ledger.retention import Circumstances  # noqa: PLC0415  # not in base

    async def change(services: Services) -> None:
        found = await _find(services, tenant)
        rules = to((await services.retention.read(found)).rules)
        await services.retention.change(found, rules, Circumstances(actor=COMMAND_LINE))

    with_services(change)
    show(tenant)


def _rules(days: int | None, hold: str | None) -> Rules:
    from indelible.ledger.retention import Rules  # noqa: PLC0415  # not in base

    return Rules(days=days, hold=hold)


async def _find(services: Services, tenant: str) -> TenantId:
    return (await services.identity.tenants.find(tenant)).id


def _tell(logs: Iterable[tuple[TenantId | None, Erased]]) -> None:
    for tenant, erased in logs:
        typer.echo(
            f"  {tenant or 'platform':36}  {erased.people} people, {erased.clients} clients, "
            f"{erased.resources} resources, {erased.details} details"
        )
