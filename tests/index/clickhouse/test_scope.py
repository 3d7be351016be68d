"""Nobody sees past their scope, whatever they ask and whatever is in ClickHouse."""

from __future__ import annotations

import ast
import inspect
import random
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.activity import Actor, Client, Resource, TenantId
from indelible.core.redaction import Redactor
from indelible.core.scope import Scope
from indelible.errors import Unindexed
from indelible.index.clickhouse import conditions, index, questions
from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.follower import ClickHouseFollower
from indelible.index.clickhouse.index import ClickHouseIndex
from indelible.index.clickhouse.positions import Position, Positions, read_positions
from indelible.index.clickhouse.sight import Sight
from indelible.index.clickhouse.tables import TABLES
from indelible.index.postgres.index import PostgresIndex
from indelible.index.sight import Log
from indelible.ledger.append import Appender
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.index.model import ACME, BOLT, an_activity

ACME_LOG = Log(1, "a/1", ACME, 5, 0)
BOLT_LOG = Log(2, "a/2", BOLT, 7, 0)
PLATFORM = Log(3, "a", None, 9, 0)
EVERYTHING = Scope.everything()


class Remembering:
    """Stands for ClickHouse and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, query, values=None):
        self.asked.append(query)
        return []


def sight(clickhouse, scope: Scope, tenant: TenantId | None = None) -> Sight:
    """What a scope sees of three logs, all of them indexed."""
    rows = [
        Position(log.number, log.tenant or "", log.origin, log.size, batch=log.number)
        for log in (ACME_LOG, BOLT_LOG, PLATFORM)
    ]
    return Sight(clickhouse, Positions(rows), scope, tenant=tenant)


@pytest.mark.parametrize(
    ("scope", "tenant", "clause"),
    [
        (EVERYTHING, None, "WHERE 1"),
        (EVERYTHING, ACME, "WHERE log IN (1)"),
        (Scope.only(ACME), None, "WHERE log IN (1)"),
        (Scope.only(ACME), ACME, "WHERE log IN (1)"),
        (Scope.only(ACME), BOLT, "WHERE log IN (NULL)"),
        (Scope.only(TenantId("nobody")), None, "WHERE log IN (NULL)"),
        (Scope.only(TenantId("")), None, "WHERE log IN (3)"),
    ],
)
async def test_every_table_is_scoped(scope: Scope, tenant: TenantId | None, clause: str) -> None:
    """Whatever table a question names, it is given the logs of the scope and no more."""
    clickhouse = Remembering()
    question = "SELECT 1 FROM $entries, $people, $clients, $resources"
    await sight(clickhouse, scope, tenant).ask(question)
    (asked,) = clickhouse.asked
    assert asked.count(clause) == 4
    assert "AND batch <= 3" in asked


def test_no_question_names_a_table() -> None:
    """Questions name what stands for a table: the scope can't be forgotten."""
    bare = re.compile(rf"\b(FROM|JOIN)\s+({'|'.join(TABLES)})\b")
    seen = 0
    for module in (questions, conditions, index):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                seen += "FROM $" in node.value
                assert "ledger" in node.value or not bare.search(node.value) or is_postgres(node)
    assert seen >= 6


def is_postgres(node: ast.Constant) -> bool:
    """Tell the one query that reads rows from the ledger, under its row-level security."""
    return "FROM entries e WHERE e.id = ANY" in node.value


@pytest.mark.parametrize(
    ("scope", "logs"),
    [
        pytest.param(Scope.only(ACME), [], id="a log that the ledger does not show"),
        pytest.param(EVERYTHING, [ACME_LOG, BOLT_LOG], id="one that it shows to nobody"),
        pytest.param(Scope.only(ACME), [ACME_LOG._replace(erasures=1)], id="an erasure"),
        pytest.param(Scope.only(ACME), [ACME_LOG._replace(size=4)], id="a ledger that went back"),
        pytest.param(Scope.only(ACME), [ACME_LOG._replace(origin="b/1")], id="another ledger"),
        pytest.param(Scope.only(ACME), [ACME_LOG._replace(tenant=BOLT)], id="another tenant"),
    ],
)
def test_index_and_ledger_have_to_agree(scope: Scope, logs: list[Log]) -> None:
    """Where the index and the ledger's row-level security disagree, the index is not used."""
    with pytest.raises(Unindexed):
        sight(Remembering(), scope).indexed(logs)


async def test_what_is_not_indexed_is_known() -> None:
    """A log that the index does not know yet is indexed up to nothing."""
    new = Log(9, "a/9", ACME, 5, 3)
    (known,) = Sight(Remembering(), Positions([]), Scope.only(ACME)).indexed([new])
    assert known.size == 0


@pytest.mark.database
async def test_probes(database: Database, clickhouse: ClickHouse) -> None:
    """A tenant finds nothing of another's, by no filter and no trick with what it asks for."""
    store = PostgresLedger(database, base="audit.test")
    appender = Appender(store, FileSigner(Ed25519PrivateKey.generate()), redactor=Redactor())
    lots = random.Random(1)
    told = Actor(id="u-secret", email="secret@bolt.example")
    await appender.record([an_activity(lots) for _ in range(60)])
    foreign = an_activity(lots)
    foreign = type(foreign)(
        actor=told,
        action=foreign.action,
        tenant=BOLT,
        resource=Resource(type="vault", id="r-secret", name="secret vault"),
        client=Client(ip="203.0.113.66"),
        session="s-secret",
    )
    await appender.record([foreign])
    follower = ClickHouseFollower(clickhouse, database.reading)
    while await follower.advance():
        pass
    index = ClickHouseIndex(clickhouse, database.reading, ledger=PostgresIndex(database.reading))
    tricks = ("') OR 1=1 --", "{text:String}", "$entries", "\\' OR log=2", "%s", "}} OR 1")
    probes = [
        Filter(search="secret"), Filter(user="u-secret"), Filter(session="s-secret"),
        Filter(resource="r-secret"), Filter(address="203.0.113.66"), Filter(resource_type="vault"),
        Filter(tenant=BOLT), *(Filter(search=each) for each in tricks),
        *(Filter(user=each, session=each) for each in tricks),
        *(Filter(resource_type=each, address=each) for each in tricks),
    ]  # fmt: skip
    for where in probes:
        assert await index.count(where, Scope.only(ACME)) == 0
        assert (await index.page(where, Scope.only(ACME))).items == []
        assert (await index.histogram(where, Scope.only(ACME))).buckets == []
    for where in probes[:6]:
        assert await index.count(where, Scope.only(BOLT)) == 1
    mine = await index.page(Filter(), Scope.only(ACME), limit=200)
    assert {row.tenant for row in mine.items} == {ACME}
    assert index.stand_ins == 0
    positions = await read_positions(clickhouse)
    assert {each.tenant for each in positions.by_log.values()} == {"", ACME, BOLT}
