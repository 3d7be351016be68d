"""What a host application mounts: middleware, declarations, remote client, spool."""

from indelible.capture.asgi import AuditMiddleware
from indelible.capture.client import RemoteRecorder
from indelible.capture.declare import OnUnreachable, audited
from indelible.capture.draft import Draft, draft_of
from indelible.capture.principal import Principal
from indelible.capture.spool import Spool
from indelible.core.client_address import ClientAddress

__all__ = [
    "AuditMiddleware",
    "ClientAddress",
    "Draft",
    "OnUnreachable",
    "Principal",
    "RemoteRecorder",
    "Spool",
    "audited",
    "draft_of",
]
