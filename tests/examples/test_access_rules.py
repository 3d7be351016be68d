from __future__ import annotations

import pytest
from pydantic import ValidationError

from edge_platform.access_rules import Rule, refuse_dead_rules


def rule(action: str = "permit", **fields: object) -> Rule:
    between = {"source": "10.0.0.0/8", "destination": "10.1.0.0/16"}
    return Rule.model_validate({"action": action, **between, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"source": "10.0.0.1/8"},
        {"source": "10.0.0.0/33"},
        {"source": "fra-1"},
        {"source": "2001:db8::/32"},
        {"protocol": "icmp", "port": 80},
        {"port": 80},
        {"protocol": "tcp", "port": 0},
        {"protocol": "gre"},
        {"nat": True},
    ],
)
def test_a_rule_that_no_device_could_apply_is_refused(fields: dict[str, object]) -> None:
    """A rule with host bits, mixed families, a port of no meaning or an unknown word is refused."""
    with pytest.raises(ValidationError):
        rule(**fields)


def test_a_network_has_one_spelling() -> None:
    """Networks are kept as ipaddress writes them."""
    assert rule(source="2001:DB8:0::/32", destination="2001:db8:1::/48").source == "2001:db8::/32"


@pytest.mark.parametrize(
    ("earlier", "later", "dead"),
    [
        ({}, {"protocol": "tcp", "port": 443}, True),
        ({"protocol": "tcp"}, {"protocol": "udp"}, False),
        ({"protocol": "tcp", "port": 443}, {"protocol": "tcp"}, False),
        ({"source": "10.2.0.0/16"}, {"source": "10.0.0.0/8"}, False),
        ({"source": "10.0.0.0/8"}, {"source": "10.2.0.0/16"}, True),
        ({"source": "::/0", "destination": "::/0"}, {}, False),
    ],
)
def test_a_rule_that_is_never_reached_is_refused(
    earlier: dict[str, object], later: dict[str, object], dead: bool
) -> None:
    """A rule behind one that covers all of it is refused, any other is taken."""
    rules = [rule(**earlier), rule("deny", **later)]
    if dead:
        with pytest.raises(ValueError, match="never reached"):
            refuse_dead_rules(rules)
    else:
        assert refuse_dead_rules(rules) == rules
