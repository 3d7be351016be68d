"""A simulated administrator: a browser's manners over plain HTTP."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any

import httpx

ADDRESSES = (
    *(f"192.0.2.{host}" for host in (14, 27, 80, 131)),
    *(f"198.51.100.{host}" for host in (5, 44, 201)),
    *(f"203.0.113.{host}" for host in (9, 66, 178)),
    *(f"2001:db8:{site:x}::{host:x}" for site in (0x40, 0xA7) for host in (0x12, 0x3F, 0x1B0)),
)
"""Addresses reserved for documentation (RFC 5737, RFC 3849)."""

USER_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "edgectl/2.3.1 (linux; amd64)",
    "Terraform/1.12.2 terraform-provider-edge/0.9.0",
)


class Refused(Exception):
    """The platform answered with an error, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One line of ``demo-accounts.json``."""

    email: str
    password: str
    role: str
    tenant: str | None


class Pace:
    """Lets requests through at *rate* a second on average, with the irregularity of people."""

    def __init__(self, rate: float) -> None:
        """Start at *rate*; it may be set anew at any time."""
        self.rate = rate
        self._turns = asyncio.Lock()
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until the next request may go."""
        async with self._turns:
            # A plan of moments, so that what a turn costs is not added to every pause; whoever is
            # more than a second late makes a new plan instead of catching up.
            now = time.monotonic()
            pause = min(random.expovariate(self.rate), 5 / self.rate)
            self._next = max(self._next, now - 1) + pause
            await asyncio.sleep(max(0.0, self._next - now))


class Administrator:
    """Signs in when needed, and sends what a browser on the console would send."""

    def __init__(self, base_url: str, account: Account, pace: Pace) -> None:
        """Work on the platform at *base_url* as *account*."""
        self.account = account
        self._pace = pace
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=15, headers={"Origin": base_url.rstrip("/")}
        )
        self._http.headers["Sec-Fetch-Site"] = "same-origin"
        self._signing_in = asyncio.Lock()
        self._signed_in = False

    async def get(self, path: str, **query: str) -> Any:
        """Read; returns JSON, or text where it is none."""
        return await self._send("GET", path, query)

    async def export(self, path: str) -> Any:
        """Read what is recorded, as a download is."""
        await self._pace.turn()
        return await self._send("GET", path, {})

    async def post(self, path: str, body: Any = None, **query: str) -> Any:
        """Create something."""
        await self._pace.turn()
        return await self._send("POST", path, query, body)

    async def put(self, path: str, body: Any) -> Any:
        """Replace something."""
        await self._pace.turn()
        return await self._send("PUT", path, {}, body)

    async def delete(self, path: str) -> None:
        """Delete something."""
        await self._pace.turn()
        await self._send("DELETE", path, {})

    async def sign_out(self) -> None:
        """End the session; the next request opens another."""
        if self._signed_in:
            await self._pace.turn()
            self._signed_in = False
            await self._answer("POST", "/api/auth/sign-out", {}, None)

    async def mistype_password(self) -> None:
        """Sign in with a wrong password, once."""
        await self.sign_out()
        await self._pace.turn()
        wrong = {"email": self.account.email, "password": self.account.password[:-1] + "?"}
        await self._answer("POST", "/api/auth/sign-in", {}, wrong)

    async def _send(self, method: str, path: str, query: dict[str, str], body: Any = None) -> Any:
        url = f"/api/v1/{path}"
        if not self._signed_in:
            await self._sign_in()
        response = await self._answer(method, url, query, body)
        if response.status_code == 401:  # the session has expired
            self._signed_in = False
            await self._sign_in()
            response = await self._answer(method, url, query, body)
        if response.is_error:
            raise Refused(f"{method} {url}: {response.status_code} {response.text[:200]}")
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.json() if is_json and response.content else response.text

    async def _sign_in(self) -> None:
        async with self._signing_in:
            if self._signed_in:
                return
            # A new sign-in may come from another desk.
            self._http.headers["X-Forwarded-For"] = random.choice(ADDRESSES)
            self._http.headers["User-Agent"] = random.choice(USER_AGENTS)
            self._http.headers.pop("X-CSRF-Token", None)
            self._http.cookies.clear()
            credentials = {"email": self.account.email, "password": self.account.password}
            response = await self._answer("POST", "/api/auth/sign-in", {}, credentials)
            if response.status_code == 429:
                await asyncio.sleep(float(response.headers.get("Retry-After", "5")))
            if response.is_error:
                raise Refused(f"sign-in: {response.status_code} {response.text[:200]}")
            self._http.headers["X-CSRF-Token"] = response.json()["csrf"]
            self._signed_in = True

    async def _answer(
        self, method: str, url: str, query: dict[str, str], body: Any
    ) -> httpx.Response:
        try:
            return await self._http.request(method, url, params=query or None, json=body)
        except httpx.TransportError as error:
            raise Refused(f"{method} {url}: {error!r}") from error
