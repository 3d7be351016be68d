"""Every setting: its environment variable, its default and what it does.

The reference page is generated from here. A setting is read from the environment variable
``INDELIBLE_`` and its name in capitals; lists and tables are JSON there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from indelible.errors import Misconfigured


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
        20, description="Connections that one process may hold."
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

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql", "postgres:")):
            raise ValueError(
                "must be a postgresql:// URL: PostgreSQL is the one engine of the ledger"
            )
        return url

    @property
    def signing_key(self) -> Path:
        """Where the signing key is."""
        return self.key_file or self.data / "signing.key"

    @property
    def sealing_key(self) -> Path:
        """Where the key is that seals the secrets of second factors: beside the signing key."""
        return self.signing_key.with_name("secrets.key")


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
