"""One's own account as JSON says it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, Field

from indelible.identity.account import AccountState
from indelible.web.secrets import Code, Password
from indelible.web.tenant_body import TenantBody


class SecondFactorState(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How the second factor is.

    Attributes:
        enrolled_at: null: there is none.
        recovery_codes_left: how many were not used yet.
        required: it can't be removed: this installation wants one of this role.
    """

    enrolled_at: datetime | None
    recovery_codes_left: int
    required: bool


class AccountBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One's own account.

    Attributes:
        tenant: null for a Super Admin.
        password_min_length: characters that a new password has at least.
    """

    id: str
    email: str
    name: str
    role: str
    tenant: TenantBody | None
    second_factor: SecondFactorState
    password_min_length: int

    @classmethod
    def of(cls, state: AccountState) -> Self:
        """Return the spelling of *state*."""
        user = state.user
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            role=user.role.value,
            tenant=TenantBody.of(user.tenant) if user.tenant else None,
            second_factor=SecondFactorState(
                enrolled_at=state.enrolled_at,
                recovery_codes_left=state.recovery_codes_left,
                required=state.second_factor_required,
            ),
            password_min_length=state.password_min_length,
        )


class EnrolmentBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an authenticator is set up with, shown this once.

    Attributes:
        secret: Base32, to type in by hand.
        uri: the same and more as an ``otpauth://`` address.
        qr: the address as a QR code: an SVG element.
    """

    secret: str
    uri: str
    qr: str


class RecoveryCodesBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Recovery codes, shown this once. Each signs in once in place of the authenticator."""

    recovery_codes: list[str]


class RevokedCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many sessions were revoked."""

    revoked: int


class NewPassword(BaseModel):
    """The password that is, and the one that shall be."""

    current: Password
    new: Password


class ShownCode(BaseModel):
    """What the authenticator shows."""

    code: Annotated[Code, Field(description="Six digits.")]
