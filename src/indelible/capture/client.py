"""Records over HTTP in an Indelible service that runs elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec

from indelible.capture.declare import OnUnreachable
from indelible.capture.private import without_secrets
from indelible.capture.spool import Spool
from indelible.core.activity import Activity, Receipt
from indelible.core.redaction import Redactor
from indelible.errors import (
    Conflict,
    Forbidden,
    IndelibleError,
    Invalid,
    Misconfigured,
    NotFound,
    NotSignedIn,
    Overloaded,
    Throttled,
    TooLarge,
    Unavailable,
    Unknown,
)
from indelible.ledger.ports import Effect

_PATH = "/api/activity"


class _Sent(msgspec.Struct):
    activities: Sequence[Activity]


class _Answer(msgspec.Struct):
    receipts: list[Receipt]


class _Problem(msgspec.Struct, rename="camel"):
    detail: str = ""
    title: str = ""
    item: int | None = None
    field: str | None = None
    retry_after: float | None = None


class RemoteRecorder:
    """A recorder (see :class:`indelible.ledger.ports.Recorder`) behind ``POST /api/activity``.

    Secrets are taken out here: none leaves the process. With the middleware it spools by default
    what the service does not take.

    Args:
        base_url: of the service, such as ``https://audit.example.com``.
        api_key: from ``indelible keys create --tenant``. The service knows the tenant and the
            source from it.
        spool: below this directory stands what could not be sent yet, in a folder for each
            service and key. With None the middleware refuses requests instead (``strict``).
        redactor: what is a secret.
        timeout: seconds for one call.
        transport: for tests and special networks.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        spool: Path | str | None = "~/.local/state/indelible",
        redactor: Redactor | None = None,
        timeout: float = 5.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.spool = None if spool is None else Spool(_own_folder(Path(spool), base_url, api_key))
        self.on_unreachable = OnUnreachable.STRICT if spool is None else OnUnreachable.SPOOL
        self._redactor = redactor or Redactor()
        self._failing = False
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"authorization": f"Bearer {api_key}", "content-type": "application/json"},
            timeout=timeout,
            transport=transport,
        )

    async def record(
        self,
        activities: Sequence[Activity],
        *,
        source: str = "",  # noqa: ARG002 -- the port's; the API key says who reports
        effect: Effect | None = None,
    ) -> Sequence[Receipt]:
        """Send *activities* and return their receipts in order, once all of them are durable.

        Args:
            activities: at most 1,000.
            source: ignored: the API key says who reports.
            effect: not possible across a network.

        Raises:
            Invalid: an item is wrong, says which; nothing was written.
            Unavailable: nothing of the batch was written.
            Unknown: the connection broke while the service was at it; repeat with the same keys.
            Misconfigured: an effect was given.
        """
        if effect is not None:
            raise Misconfigured("A change can't commit together with an entry in another system.")
        private = [without_secrets(activity, self._redactor) for activity in activities]
        try:
            response = await self._http.post(_PATH, content=msgspec.json.encode(_Sent(private)))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            self._failing = True
            raise Unavailable(f"The audit log can't be reached: {error}") from error
        except httpx.HTTPError as error:
            self._failing = True
            raise Unknown(f"The audit log did not answer: {error!r}") from error
        self._failing = False
        if response.status_code in (200, 201):
            return _receipts(response, len(activities))
        raise _refusal(response)

    async def ready(self) -> bool:
        """Return whether the service can be expected to answer; asks it only after a failure."""
        if not self._failing:
            return True
        try:
            response = await self._http.get("/healthz")
        except httpx.HTTPError:
            return False
        return response.is_success

    async def close(self) -> None:
        """Close its connections and its spool."""
        await self._http.aclose()
        if self.spool:
            self.spool.close()


def _receipts(response: httpx.Response, count: int) -> list[Receipt]:
    try:
        receipts = msgspec.json.decode(response.content, type=_Answer).receipts
    except msgspec.MsgspecError as error:
        raise Unknown("The audit log answered with something that is no receipt.") from error
    if len(receipts) != count:
        raise Unknown(f"The audit log sent {len(receipts)} receipts for {count} activities.")
    return receipts


def _refusal(response: httpx.Response) -> IndelibleError:
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    said = problem.detail or problem.title or f"The audit log answered {response.status_code}."
    status = response.status_code
    if status in (400, 422):
        return Invalid(said, item=problem.item, field=problem.field)
    if status == 409:
        return Conflict(said, item=problem.item, field=problem.field)
    if status == 413:
        return TooLarge(said, item=problem.item, field=problem.field)
    return _refusal_of_caller(status, said, problem.retry_after or _wait(response))


def _refusal_of_caller(status: int, said: str, wait: float | None) -> IndelibleError:
    if status == 401:
        return NotSignedIn(said)
    if status == 403:
        return Forbidden(said)
    if status == 404:
        return NotFound(said)
    if status == 429:
        return Throttled(said, retry_after=wait or 1.0)
    if status == 503:
        return Unavailable(said) if wait is None else Overloaded(said, retry_after=wait)
    # A gateway in front of the service may have given up on a commit that went through.
    return Unknown(said)


def _wait(response: httpx.Response) -> float | None:
    """Return the seconds that Retry-After asks for; a gateway's answer may have nothing else."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() else None


def _own_folder(directory: Path, base_url: str, api_key: str) -> Path:
    name = hashlib.sha256(f"{base_url} {api_key}".encode()).hexdigest()[:16]
    return directory.expanduser() / f"spool-{name}"
