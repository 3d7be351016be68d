"""Every setting: its environment variable, its default and what it does.

The reference page is generated from here. A setting is read from the environment variable
``INDELIBLE_`` and its name in capitals; lists and tables are JSON there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from indelible.core.key import KeyType, VerifierKey
from indelible.errors import Invalid, Misconfigured


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(env_prefix="INDELIBLE_", extra="ignore", frozen=True)

    data: Path = Field(
        Path("var"),
        description="Folder of the signing key, of spooled entries and, where no database is "
        "named, of the embedded PostgreSQL. Made with mode 700.",
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL to use instead of the embedded one, as its owner: "
        "`postgresql://owner:password@host/database`. PostgreSQL 17 or later, 18 for speed.",
    )
    database_password_file: Path | None = Field(
        None,
        description="File with the password for `INDELIBLE_DATABASE_URL`, such as a mounted "
        "secret, where it is not to stand in the URL.",
    )
    database_pool: Annotated[int, Field(ge=4, le=200)] = Field(
        20,
        description="Connections that one process may hold. Three fifths of them are for reading, "
        "so that reading never takes the ones that recording needs.",
    )
    reads_at_once: Annotated[int, Field(ge=1, le=100)] = Field(
        4,
        description="Requests that read the log (pages, histograms, proofs, tiles) which one "
        "process works on at once. Half of them at most are one caller's. Where the connections "
        "for reading are fewer, it is fewer.",
    )
    reads_waiting: Annotated[int, Field(ge=0, le=10_000)] = Field(
        64, description="Reading requests that wait for their turn; more are answered with 503."
    )
    read_wait_seconds: Annotated[float, Field(ge=0, le=60)] = Field(
        5, description="A reading request that waits longer for its turn is answered with 503."
    )
    read_seconds: Annotated[float, Field(ge=0.01, le=600)] = Field(
        10,
        description="A question that takes the database longer is broken off and answered with "
        "503. Exports and checks have limits of their own.",
    )
    bodies_at_once: Annotated[int, Field(ge=1024)] = Field(
        64 * 1024 * 1024,
        description="Bytes of request bodies that one process holds at once; where they would be "
        "more, 503. Not less than `INDELIBLE_MAX_BODY`.",
    )
    body_seconds: Annotated[float, Field(ge=0.1, le=3600)] = Field(
        30, description="A body that takes longer to arrive is answered with 408."
    )
    clickhouse_url: SecretStr | None = Field(
        None,
        description="ClickHouse to search in, where one PostgreSQL is not enough: "
        "`https://user:password@host:8443/database`. Tables are made; the database has to "
        "be there.",
    )
    clickhouse_password_file: Path | None = Field(
        None,
        description="File with the password for `INDELIBLE_CLICKHOUSE_URL`, where it is not to "
        "stand in the URL.",
    )
    clickhouse_cluster: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_.-]+$",
        description="Name of the ClickHouse cluster that the URL leads to: tables are then "
        "replicated and distributed.",
    )
    index_seconds: Annotated[float, Field(ge=0.1, le=60)] = Field(
        1, description="So often the worker looks for entries that no search index has yet."
    )
    origin: str = Field(
        "localhost/audit",
        pattern=r"^[a-z0-9][a-z0-9.:-]*(/[A-Za-z0-9._~-]+)*$",
        description="What every log's name starts with: host and path under which auditors will "
        "find the logs, without scheme or trailing slash. It can't change once an entry stands.",
    )
    key_file: Path | None = Field(
        None,
        description="File of the signing key, mode 600, made at the first start. "
        "`signing.key` in the data folder by default. Back it up apart from the database. Beside "
        "it stands `secrets.key`, once there are second factors: back it up as well, and copy it "
        "to every machine that serves the same database.",
    )
    trusted_proxies: list[str] = Field(
        [],
        description="Networks whose X-Forwarded-For is believed, such as `10.0.0.0/8`.",
    )
    insecure_cookies: bool = Field(
        default=False,
        description="Let people sign in over plain HTTP from hosts other than localhost. "
        "For trials in a private network only.",
    )
    secret_names: list[str] = Field(
        [], description="More field names whose values are redacted, beside the built-in rules."
    )
    allowed_names: list[str] = Field(
        [],
        description="Field names whose values are kept although the rules take them for secrets.",
    )
    resource_types: list[str] = Field(
        [], description="Resource types of the platform, beside the built-in ones."
    )
    max_body: Annotated[int, Field(ge=1024)] = Field(
        16 * 1024 * 1024, description="Bytes that a request to the HTTP API may carry."
    )
    session_idle_minutes: Annotated[int, Field(ge=1)] = Field(
        30, description="A session ends after so many minutes without a request."
    )
    session_hours: Annotated[float, Field(gt=0)] = Field(
        12, description="A session ends so many hours after sign-in."
    )
    super_admin_idle_minutes: Annotated[int, Field(ge=1)] = Field(
        15, description="The same as session_idle_minutes, for Super Admins."
    )
    super_admin_hours: Annotated[float, Field(gt=0)] = Field(
        8, description="The same as session_hours, for Super Admins."
    )
    retention_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        400, description="Days that entries are kept, for tenants without a rule of their own."
    )
    super_admin_second_factor: bool = Field(
        default=True,
        description="Super Admins have to have a second factor: without one they can sign in, set "
        "it up, and do nothing else.",
    )
    invitation_days: Annotated[float, Field(gt=0, le=90)] = Field(
        7, description="For so long an invitation is good, by which a new user sets a password."
    )
    reset_minutes: Annotated[float, Field(gt=0, le=10_080)] = Field(
        60, description="For so long a link is good by which a user sets another password."
    )
    append_lanes: Annotated[int, Field(ge=1, le=16)] = Field(
        2, description="Commits that one process has under way at once, over different logs."
    )

    publish_seconds: Annotated[float, Field(ge=0.1, le=3600)] = Field(
        5, description="So often the checkpoints of logs that moved go into the root log."
    )
    republish_seconds: Annotated[float, Field(ge=1)] = Field(
        3600,
        description="So often witnesses are asked to cosign the root log again when nothing moves.",
    )
    witnesses: list[str] = Field(
        [],
        description="Witnesses that cosign the root log: for each its key and its address, such as "
        '`"w1.example.org+5e1f3a90+BG... https://w1.example.org"`.',
    )
    witness_quorum: Annotated[int | None, Field(ge=1)] = Field(
        None,
        description="Cosignatures that make a root checkpoint witnessed. "
        "More than half of the witnesses by default.",
    )

    timestamp_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Time-stamp authority (RFC 3161) that is asked about checkpoints of the root "
        "log.",
    )
    timestamp_certificates: Path | None = Field(
        None,
        description="PEM file with the certificates that are pinned of it: its root, those between "
        "and, to take no other, its own.",
    )
    timestamp_seconds: Annotated[float, Field(ge=0)] = Field(
        600, description="The authority is not asked more often than every so many seconds."
    )
    root_public: bool = Field(
        default=False,
        description="Let anybody read the root log at `/root/`, without a session or a key: how "
        "many logs there are and when they moved, and no name.",
    )

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql", "postgres:")):
            raise ValueError(
                "must be a postgresql:// URL: PostgreSQL is the one engine of the ledger"
            )
        return url

    @field_validator("clickhouse_url")
    @classmethod
    def _is_clickhouse(cls, url: SecretStr | None) -> SecretStr | None:
        schemes = ("https://", "http://", "chdb://")
        if url is not None and not url.get_secret_value().startswith(schemes):
            raise ValueError("must be the https:// URL of ClickHouse's HTTP interface")
        return url

    @field_validator("witnesses")
    @classmethod
    def _are_witnesses(cls, witnesses: list[str]) -> list[str]:
        parsed = [parse_witness(each) for each in witnesses]
        # One that is counted twice would be a quorum of fewer than it says.
        if len({key.public_key for key, _ in parsed}) < len(parsed):
            raise ValueError("names one witness twice")
        if len({key.name for key, _ in parsed}) < len(parsed):
            raise ValueError("has two witnesses of one name")
        return witnesses

    @model_validator(mode="after")
    def _holds_one_body(self) -> Self:
        if self.bodies_at_once < self.max_body:
            raise ValueError(
                f"INDELIBLE_BODIES_AT_ONCE is {self.bodies_at_once}, and one body may have "
                f"{self.max_body}"
            )
        return self

    @property
    def readers(self) -> int:
        """How many of the connections are for reading."""
        return max(2, self.database_pool * 3 // 5)

    @property
    def exports_at_once(self) -> int:
        """How many exports go on at once: each holds a connection, and needs a second at times."""
        return min(4, self.readers // 2)

    @model_validator(mode="after")
    def _has_a_quorum(self) -> Self:
        if self.witness_quorum is not None and self.witness_quorum > len(self.witnesses):
            raise ValueError(
                f"INDELIBLE_WITNESS_QUORUM is {self.witness_quorum}, and there are "
                f"{len(self.witnesses)} witnesses"
            )
        return self

    @property
    def witness_keys(self) -> list[tuple[VerifierKey, str]]:
        """The key and the address of each witness."""
        return [parse_witness(each) for each in self.witnesses]

    @property
    def quorum(self) -> int:
        """How many cosignatures are enough; 0 where there are no witnesses."""
        if not self.witnesses:
            return 0
        return self.witness_quorum or len(self.witnesses) // 2 + 1

    @model_validator(mode="after")
    def _stamps_are_checked(self) -> Self:
        if (self.timestamp_url is None) != (self.timestamp_certificates is None):
            raise ValueError(
                "INDELIBLE_TIMESTAMP_URL and INDELIBLE_TIMESTAMP_CERTIFICATES go together: what "
                "cannot be checked is not asked for"
            )
        return self

    @property
    def signing_key(self) -> Path:
        """Where the signing key is."""
        return self.key_file or self.data / "signing.key"

    @property
    def sealing_key(self) -> Path:
        """Where the key is that seals the secrets of second factors: beside the signing key."""
        return self.signing_key.with_name("secrets.key")


def parse_witness(text: str) -> tuple[VerifierKey, str]:
    """Return key and address of a witness, as a setting names them.

    Raises:
        ValueError: it is no cosigner's key, a space and an http(s) URL.
    """
    spelled, _, url = text.partition(" ")
    try:
        key = VerifierKey.parse(spelled)
    except Invalid as error:
        raise ValueError(f"has no verifier key: {spelled!r}") from error
    if key.type is not KeyType.COSIGNATURE:
        raise ValueError(f"has the key of a log, not of a witness: {spelled!r}")
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"has no http(s) address for {key.name}")
    return key, url


def load_settings(**overrides: object) -> Settings:
    """Read the environment; *overrides* win over it.

    Raises:
        Misconfigured: a setting can't be taken; names each with its fault.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # checked by pydantic right here
    except ValidationError as error:
        faults = "; ".join(
            f"INDELIBLE_{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise Misconfigured(f"Settings can't be read: {faults}") from error
