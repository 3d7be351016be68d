"""Thirty secrets and the places where they come in; no byte of any may be found afterwards.

Each secret holds a part that is its own (``core``): that is what to look for in databases, exports,
spools and logs. The values are made up and open nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw"


@dataclass(frozen=True, slots=True)
class Planted:
    """One secret in one place.

    Attributes:
        name: what and where, for the test's id.
        core: text that must not be found anywhere.
        body: JSON body of the request, if that is the place.
        query: query parameters.
        headers: request headers.
        form: whether the body is sent as a form.
    """

    name: str
    core: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    form: bool = False


def _jwt(core: str) -> str:
    return f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZG1pbiJ9.{core}"


def _pem(core: str, kind: str = "PRIVATE KEY") -> str:
    return f"-----BEGIN {kind}-----\n{_KEY}\n{core}\n-----END {kind}-----\n"


PLANTED = (
    Planted("password in a body", "pl4nted-Pw-01", {"name": "a", "password": "pl4nted-Pw-01"}),
    Planted("password as a number", "918273645501", {"pin": 918273645501}),
    Planted("password deep down", "pl4nted-Pw-03", {"a": [{"b": {"adminPassword": "pl4nted-Pw-03"}}]}),
    Planted("password in a list", "pl4nted-Pw-04", {"passwords": ["x", {"y": "pl4nted-Pw-04"}]}),
    Planted("password in a form", "pl4nted-Pw-05", {"user": "a", "passwd": "pl4nted-Pw-05"}, form=True),
    Planted("password in a query", "pl4nted-Pw-06", query={"password": "pl4nted-Pw-06"}),
    Planted("password in JSON in a string", "pl4nted-Pw-07", {"settings": json.dumps({"db": {"password": "pl4nted-Pw-07"}})}),
    Planted("password in a query in a string", "pl4nted-Pw-08", {"callback": "/in?user=a&password=pl4nted-Pw-08&x=1"}),
    Planted("password in a URL", "pl4nted-Pw-09", {"database": "postgres://app:pl4nted-Pw-09@db.example.com/x"}),
    Planted("password in a URL in a query", "pl4nted-Pw-10", query={"next": "https://bob:pl4nted-Pw-10@example.com/"}),
    Planted("password in configuration text", "pl4nted-Pw-11", {"content": "[smtp]\nhost = mail\npassword = pl4nted-Pw-11\n"}),
    Planted("password in YAML", "pl4nted-Pw-12", {"content": "smtp:\n  password: pl4nted-Pw-12\n  port: 25\n"}),
    Planted("password on a command line", "pl4nted-Pw-13", {"command": ["run", "--password", "pl4nted-Pw-13"]}),
    Planted("password in the environment", "pl4nted-Pw-14", {"env": [{"name": "DB_PASSWORD", "value": "pl4nted-Pw-14"}]}),
    Planted("private key in PEM", "plantedPEM15aaaa", {"notes": _pem("plantedPEM15aaaa")}),
    Planted("OpenSSH key by name", "plantedPEM16aaaa", {"sshPrivateKey": _pem("plantedPEM16aaaa", "OPENSSH PRIVATE KEY")}),
    Planted("private key without its end", "plantedPEM17aaaa", {"notes": _pem("plantedPEM17aaaa").split("-----END")[0]}),
    Planted("WireGuard private key", "plantedWG18", {"privateKey": "plantedWG18SxAcmqSXgC8Rk5lXbgZK8cVzjXB1HhBO="}),
    Planted("WireGuard keys in wg-quick text", "plantedWG19", {"config": "[Interface]\nPrivateKey = plantedWG19SxAcmqSXgC8Rk5lXbgZK8cVzjXB1HhBO=\n[Peer]\nPresharedKey = plantedWG19SxAcmqSXgC8Rk5lXbgZK8cVzjXB1HhBO=\n"}),
    Planted("JWT in a body", "plantedJWT20", {"note": f"use {_jwt('plantedJWT20')} please"}),
    Planted("JWT in a query", "plantedJWT21", query={"q": _jwt("plantedJWT21")}),
    Planted("bearer token in a header", "plantedBearer22", headers={"Authorization": "Bearer plantedBearer22-abcdef"}),
    Planted("cookie in a header", "plantedCookie23", headers={"Cookie": "sid=plantedCookie23; theme=dark"}),
    Planted("API key in a header", "plantedKey24", headers={"X-Api-Key": "plantedKey24-abcdef0123"}),
    Planted("token in the user agent", "plantedAgent25", headers={"User-Agent": "tool/1 (Bearer plantedAgent25-abc123)"}),
    Planted("token as the request id", "ghp_plantedId26", headers={"X-Request-ID": "ghp_plantedId26abcdef0123456789abcd"}),
    Planted("AWS secret key and session token", "plantedAWS27", {"secretAccessKey": "plantedAWS27/bPxRfiCYEXAMPLEKEY", "sessionToken": "FwoGplantedAWS27"}),
    Planted("GitHub token in a name", "ghp_planted28", {"name": "deploy ghp_planted28abcdef0123456789abcdef"}),
    Planted("basic credentials and a cookie in text", "cGxhbnRlZDI5", {"curl": "curl -H 'Authorization: Basic cGxhbnRlZDI5OmFiYw==' -H 'Cookie: a=cGxhbnRlZDI5'"}),
    Planted("token as a key", "xoxb-planted30", {"xoxb-planted30-0123456789": 1, "list": {"Bearer planted30": "ok"}}),
)  # fmt: skip
"""What is planted. ``core`` of the last stands in the key of an object."""


def as_request(planted: Planted) -> dict[str, Any]:
    """Return the keyword arguments with which httpx sends it."""
    arguments: dict[str, Any] = {"params": planted.query, "headers": planted.headers}
    if planted.form:
        arguments["content"] = urlencode(planted.body)
        arguments["headers"] = {"content-type": "application/x-www-form-urlencoded"}
    elif planted.body is not None:
        arguments["json"] = planted.body
    return arguments
