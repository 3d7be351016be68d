"""Identity's ports, in memory: what the use cases are tried on without a database."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from indelible.core.activity import Activity, Client, Receipt, Request, TenantId
from indelible.errors import Conflict, NotFound, NotSignedIn, Throttled, WrongCredentials
from indelible.identity.access import Role
from indelible.identity.code_desk import CodeDesk
from indelible.identity.login import Login
from indelible.identity.model import (
    Account,
    ApiKey,
    PlatformSettings,
    Session,
    SessionId,
    Tenant,
    User,
    UserId,
    Visit,
)
from indelible.identity.ports import Admission, Effect, NewSession
from indelible.identity.sessions import SessionDesk
from indelible.identity.step_up import StepUp
from tests.identity.factors import Clock, FakeFactors, NoSealer
from tests.identity.stores import Stores

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeRecorder:
    """Remembers activities; an effect that fails leaves nothing behind."""

    def __init__(self) -> None:
        self.activities: list[Activity] = []

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        if effect is not None:
            await effect(None)
        self.activities.extend(activities)
        return []


class FakeHasher:
    """Hashes by writing "hash of"; counts how often it had to verify."""

    def __init__(self, *, parameters: str = "2026") -> None:
        self.parameters = parameters
        self.verified: list[str | None] = []
        self.busy = False

    async def hash(self, password: str) -> str:
        return f"{self.parameters}:{password}"

    async def verify(self, stored: str | None, password: str) -> bool:
        if self.busy:
            raise Throttled("busy", retry_after=2)
        self.verified.append(stored)
        return stored is not None and stored.partition(":")[2] == password

    def outdated(self, stored: str) -> bool:
        return stored.partition(":")[0] != self.parameters


class FakeUsers:
    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}

    async def find(self, email: str) -> Account | None:
        return self.accounts.get(email)

    def insert(self, user: User, password_hash: str | None) -> Effect:
        async def insert(_: object) -> None:
            if user.email in self.accounts:
                raise Conflict("taken", field="email")
            self.accounts[user.email] = Account(user=user, password_hash=password_hash)

        return insert

    async def rehash(self, id_: str, *, old: str, new: str) -> None:
        for email, account in self.accounts.items():
            if account.user.id == id_ and account.password_hash == old:
                self.accounts[email] = replace(account, password_hash=new)


@dataclass
class _Stored:
    new: NewSession
    created_at: datetime
    ended: bool = False


class FakeSessions:
    def __init__(self, users: FakeUsers) -> None:
        self.users = users
        self.stored: dict[bytes, _Stored] = {}
        self.proved: list[tuple[SessionId, str]] = []

    def open(self, session: NewSession) -> Effect:
        async def insert(_: object) -> None:
            for account in self.users.accounts.values():
                usable = not account.user.disabled
                if account.user.id == session.user and usable:
                    self.stored[session.digest] = _Stored(session, START)
                    return
            raise WrongCredentials("no")

        return insert

    async def find(self, digest: bytes, *, active: bool = True) -> Session | None:
        stored = self.stored.get(digest)
        if stored is None or stored.ended:
            return None
        user = next(
            account.user
            for account in self.users.accounts.values()
            if account.user.id == stored.new.user
        )
        return Session(
            id=stored.new.id,
            user=user,
            created_at=stored.created_at,
            expires_at=stored.created_at + stored.new.lifetime,
            idle_expires_at=stored.created_at + stored.new.idle,
        )

    def end(self, id_: SessionId) -> Effect:
        async def end(_: object) -> None:
            stored = self._alive(id_)
            stored.ended = True

        return end

    def hold(self, id_: SessionId, *, proved_within: timedelta | None = None) -> Effect:
        async def hold(_: object) -> None:
            self._alive(id_)

        return hold

    async def prove(
        self,
        id_: SessionId,
        *,
        password_hash: str | None = None,
        taking: Effect | None = None,
    ) -> None:
        self._alive(id_)
        if taking is not None:
            await taking(None)
        self.proved.append((id_, password_hash))

    def _alive(self, id_: SessionId) -> _Stored:
        for stored in self.stored.values():
            if stored.new.id == id_ and not stored.ended:
                return stored
        raise NotSignedIn("ended")


class FakeAttempts:
    """Counts without a window; *known* holds (e-mail, network) of earlier sign-ins."""

    def __init__(self) -> None:
        self.held: dict[bytes, list[str]] = defaultdict(list)
        self.known: set[tuple[str, str | None]] = set()

    async def familiar(self, email: str, network: str | None, *, within: timedelta) -> bool:
        return (email, network) in self.known

    async def admit(self, buckets: Sequence[bytes], *, limit: int, window: timedelta) -> Admission:
        failures = max(len(self.held[bucket]) for bucket in buckets)
        if failures >= limit:
            raise Throttled("too many", retry_after=window.total_seconds())
        attempt = str(uuid.uuid4())
        for bucket in buckets:
            self.held[bucket].append(attempt)
        return Admission(id=attempt, failures=failures)

    async def forgive(self, admission: Admission, *, emptying: Sequence[bytes] = ()) -> None:
        for bucket, attempts in self.held.items():
            self.held[bucket] = [
                attempt
                for attempt in attempts
                if attempt != admission.id and bucket not in emptying
            ]


class FakeTenants:
    def __init__(self) -> None:
        self.tenants: list[Tenant] = []

    async def all(self) -> Sequence[Tenant]:
        return sorted(self.tenants, key=lambda tenant: tenant.name)

    async def find(self, id_or_name: str) -> Tenant:
        for tenant in self.tenants:
            if id_or_name in {tenant.id, tenant.name}:
                return tenant
        raise NotFound("none")

    def insert(self, tenant: Tenant) -> Effect:
        async def insert(_: object) -> None:
            self.tenants.append(tenant)

        return insert


class FakeKeys:
    def __init__(self) -> None:
        self.keys: dict[str, tuple[ApiKey, bytes]] = {}

    def insert(self, key: ApiKey, digest: bytes) -> Effect:
        async def insert(_: object) -> None:
            self.keys[key.id] = (key, digest)

        return insert

    async def find(self, id_: str) -> tuple[ApiKey, bytes] | None:
        found = self.keys.get(id_)
        return found if found and found[0].revoked_at is None else None

    async def all(self, tenant: str | None = None) -> Sequence[ApiKey]:
        return [key for key, _ in self.keys.values() if tenant in {None, key.tenant}]

    def revoke(self, id_: str) -> Effect:
        async def revoke(_: object) -> None:
            key, digest = self.keys[id_]
            self.keys[id_] = (replace(key, revoked_at=START), digest)

        return revoke


class FakeSettings:
    def __init__(self) -> None:
        self.stands = PlatformSettings()
        self.meanwhile: list[PlatformSettings] = []  # what others change it to, before each change

    async def read(self) -> PlatformSettings:
        return self.stands

    def change(self, *, before: PlatformSettings, after: PlatformSettings) -> Effect:
        async def change(_: object) -> None:
            if self.meanwhile:
                self.stands = self.meanwhile.pop(0)
            if self.stands != before:
                raise Conflict("outdated")
            self.stands = after

        return change


class House:
    """A login flow over fakes, with a tenant, its Admin and a Super Admin.

    Delays are not waited for: *waited* holds them.
    """

    password = "seven green kettles hum"

    def __init__(self) -> None:
        self.recorder = FakeRecorder()
        self.hasher = FakeHasher()
        self.users = FakeUsers()
        self.sessions = FakeSessions(self.users)
        self.attempts = FakeAttempts()
        self.factors = FakeFactors(self.users)
        self.clock = Clock()
        self.codes = CodeDesk(factors=self.factors, sealer=NoSealer(), clock=self.clock)
        self.tenants = FakeTenants()
        self.keys = FakeKeys()
        self.settings = FakeSettings()
        self.waited: list[float] = []
        self.acme = Tenant(id=TenantId(str(uuid.uuid4())), name="Acme")
        self.tenants.tenants.append(self.acme)
        self.root = self.add("root@platform.test", Role.SUPER_ADMIN, None)
        self.anna = self.add("anna@acme.test", Role.ADMIN, self.acme)
        self.login = Login(
            users=self.users,
            sessions=self.sessions,
            attempts=self.attempts,
            hasher=self.hasher,
            codes=self.codes,
            recorder=self.recorder,
            pause=self._pause,
        )
        self.step_up = StepUp(
            users=self.users,
            sessions=self.sessions,
            attempts=self.attempts,
            hasher=self.hasher,
            codes=self.codes,
            recorder=self.recorder,
            pause=self._pause,
        )
        self.desk = SessionDesk(sessions=self.sessions, recorder=self.recorder)

    def add(
        self, email: str, role: Role, tenant: Tenant | None, *, password: str | None = password
    ) -> User:
        user = User(
            id=UserId(str(uuid.uuid4())), email=email, name="Name", role=role, tenant=tenant
        )
        stored = None if password is None else f"2026:{password}"
        self.users.accounts[email] = Account(user=user, password_hash=stored)
        return user

    def change(self, email: str, **changes: object) -> None:
        account = self.users.accounts[email]
        self.users.accounts[email] = replace(account, user=replace(account.user, **changes))

    def visit(self, ip: str = "203.0.113.7") -> Visit:
        return Visit(
            client=Client(ip=ip, user_agent="Test/1"),
            granted=Request(method="POST", status=200),
            refused=Request(method="POST", status=401),
        )

    async def fail(self, email: str = "anna@acme.test", *, ip: str = "203.0.113.7") -> None:
        with pytest.raises(WrongCredentials):
            await self.login.sign_in(email, "wrong", self.visit(ip))

    async def _pause(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def house() -> House:
    """A login flow over fakes."""
    return House()


@pytest.fixture
async def stores(database) -> Stores:
    """The stores over a real database, with a tenant and its Admin."""
    stores = Stores(database)
    await stores.commit(
        stores.tenants.insert(stores.acme), stores.users.insert(stores.anna, "hash")
    )
    return stores
