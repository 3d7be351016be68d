"""Rules of an access list, checked before they are kept."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Network = IPv4Network | IPv6Network


class Rule(BaseModel):
    """Permit or deny what goes from one network to another. The first rule that fits decides."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["permit", "deny"]
    protocol: Literal["any", "tcp", "udp", "icmp"] = "any"
    source: str
    destination: str
    port: int | None = Field(default=None, ge=1, le=65535)

    @field_validator("source", "destination")
    @classmethod
    def _is_network(cls, value: str) -> str:
        return str(ip_network(value))  # its one spelling; host bits are refused

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if ip_network(self.source).version != ip_network(self.destination).version:
            raise ValueError("source and destination must both be IPv4 or both IPv6")
        if self.port is not None and self.protocol not in ("tcp", "udp"):
            raise ValueError(f"{self.protocol} has no ports")
        return self

    def covers(self, other: Rule) -> bool:
        """Say whether nothing that *other* fits gets past this rule."""
        return (
            _within(other.source, self.source)
            and _within(other.destination, self.destination)
            and self.protocol in ("any", other.protocol)
            and self.port in (None, other.port)
        )

    def __str__(self) -> str:
        port = "" if self.port is None else f" port {self.port}"
        return f"{self.action} {self.protocol} {self.source} {self.destination}{port}"


def refuse_dead_rules(rules: list[Rule]) -> list[Rule]:
    """Return *rules*; ValueError where an earlier rule leaves a later one nothing to do."""
    for later, rule in enumerate(rules):
        for earlier in range(later):
            if rules[earlier].covers(rule):
                raise ValueError(f"rule {later + 1} is never reached: rule {earlier + 1} covers it")
    return rules


def _within(inner: str, outer: str) -> bool:
    small, large = ip_network(inner), ip_network(outer)
    # mypy wants both of one family, which is what the versions say.
    if isinstance(small, IPv4Network):
        return isinstance(large, IPv4Network) and small.subnet_of(large)
    return isinstance(large, IPv6Network) and small.subnet_of(large)
