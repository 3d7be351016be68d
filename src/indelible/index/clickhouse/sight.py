"""Who sees what in ClickHouse: decided here, for every question, and nowhere else.

No question names a table. It names ``$entries``, ``$people``, ``$clients`` or ``$resources``, and
what stands for them holds only rows of logs in sight, and of entries only those that count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import Unindexed
from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.positions import Position, Positions
from indelible.index.clickhouse.tables import MENTIONS
from indelible.index.sight import Log


class Sight:
    """What a scope sees of the index, as it stood when its positions were read."""

    def __init__(
        self,
        clickhouse: ClickHouse,
        positions: Positions,
        scope: Scope,
        *,
        tenant: TenantId | None = None,
    ) -> None:
        """Take the positions, the scope, and the tenant that is asked about."""
        self._clickhouse = clickhouse
        self._positions = positions
        self.committed = positions.committed
        tenants = {wanted for wanted in (scope.tenant, tenant) if wanted is not None}
        # Somebody else's tenant, asked about by a tenant, leaves nothing in sight.
        self._seen = {
            number: position
            for number, position in positions.by_log.items()
            if not tenants or tenants == {position.tenant}
        }
        self._where = "1"
        if tenants:
            self._where = f"log IN ({', '.join(map(str, self._seen)) or 'NULL'})"

    async def ask(self, question: str, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Return the rows that answer *question*.

        Raises:
            Unindexed: ClickHouse can't answer.
        """
        counted = f"{self._where} AND batch <= {self.committed}"
        names = {"entries": f"(SELECT * FROM entries WHERE {counted})"}  # noqa: S608  # ours
        for table in MENTIONS:
            names[table] = f"(SELECT * FROM {table} WHERE {self._where})"  # noqa: S608  # ours
        return await self._clickhouse.ask(Template(question).substitute(names), values)

    def indexed(self, logs: Sequence[Log]) -> Sequence[Log]:
        """Return *logs*, each as far as it is indexed.

        Args:
            logs: as the ledger shows them to the same scope.

        Raises:
            Unindexed: one of them was erased from, or is not the one that was indexed.
        """
        indexed = []
        for log in logs:
            position = self._seen.get(log.number) or Position.beginning(log)
            if (position.origin, position.tenant) != (log.origin, log.tenant or ""):
                raise Unindexed("The search index belongs to other logs.")
            if position.erasures != log.erasures:
                raise Unindexed("The search index has not followed an erasure yet.")
            if position.size > log.size:
                raise Unindexed("The search index has seen more than the ledger has.")
            indexed.append(log._replace(size=position.size))
        if not self._seen.keys() <= {log.number for log in logs}:
            raise Unindexed("The search index knows a log that the ledger does not show.")
        return indexed
