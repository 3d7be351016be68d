from __future__ import annotations

import pytest

from edge_platform.configuration import (
    DEFAULT_TEMPLATE,
    Interface,
    Peer,
    difference,
    render,
    unknown_placeholders,
)

EDGE = {"name": "fra-edge-01", "site": "Frankfurt Osthafen", "model": "er-200"}


def test_a_configuration_holds_what_is_known_of_the_edge() -> None:
    """Name, site, interfaces with their peers and access lists stand in the rendered text."""
    peer = Peer("cGVlcg==", "10.77.0.2/16", 25)
    text = render(
        DEFAULT_TEMPLATE,
        EDGE,
        [Interface("wg0", "10.77.0.1/16", 51820, [peer])],
        {"inbound": ["deny any 0.0.0.0/0 0.0.0.0/0"]},
    )
    assert text == (
        "hostname fra-edge-01\n"
        'location "Frankfurt Osthafen"\n'
        "! interfaces\n"
        "interface wg0 address 10.77.0.1/16\n"
        "interface wg0 listen 51820\n"
        "interface wg0 peer cGVlcg== allowed 10.77.0.2 keepalive 25\n"
        "! access lists\n"
        "acl inbound deny any 0.0.0.0/0 0.0.0.0/0\n"
    )


def test_nothing_in_a_template_is_evaluated() -> None:
    """Braces, percent signs and a site that looks like a placeholder stay as they are."""
    edge = {**EDGE, "site": "${model}"}
    assert render("{0.__class__} %s $$ ${site}", edge, [], {}) == "{0.__class__} %s $ ${model}"


def test_placeholders_nobody_can_fill_in_are_named() -> None:
    """A misspelled placeholder is named; a stray dollar sign is refused."""
    assert unknown_placeholders("$name ${nmae}") == {"nmae"}
    with pytest.raises(ValueError, match="dollar"):
        unknown_placeholders("costs 5 $")


def test_a_difference_is_the_lines_that_went_and_came() -> None:
    """Lines that both have are in neither list, and order is kept."""
    assert difference("a\nb\nc\n", "a\nd\nc\ne\n") == (["b"], ["d", "e"])
    assert difference("", "a\n") == ([], ["a"])
