"""A path says what it acts on, in words that a person would use."""

from __future__ import annotations

import pytest

from indelible.capture.resource import as_type, singular, type_from


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("/api/v1/edges", "edge"),
        ("/api/v1/edges/{edge_id}", "edge"),
        ("/api/v1/edges/{edge_id}/sync", "edge"),
        ("/api/v1/edges/{edge_id}/tags", "tag"),
        ("/config-templates/{id}", "config_template"),
        ("/configTemplates/{id}", "config_template"),
        ("/policies/{id}", "policy"),
        ("/users/{u}/addresses/{a}", "address"),
        ("/wireguard/{id}", "wireguard"),
        ("/status", "status"),
        ("/{id}", "request"),
        ("/api/v2", "request"),
        (None, "request"),
        ("/123/{id}", "request"),
    ],
)
def test_the_type_is_read_from_the_template(template: str | None, kind: str) -> None:
    """The last noun counts; versions and verbs behind an id do not."""
    assert type_from(template) == kind


@pytest.mark.parametrize(
    ("plural", "one"),
    [("edges", "edge"), ("policies", "policy"), ("boxes", "box"), ("acls", "acl"), ("dns", "dns"),
     ("status", "status"), ("analysis", "analysis"), ("access", "access"), ("bus", "bus")],
)  # fmt: skip
def test_only_plain_plurals_lose_their_ending(plural: str, one: str) -> None:
    """A word that merely ends in s stays."""
    assert singular(plural) == one


def test_a_type_is_a_lower_case_word() -> None:
    """Whatever a route or handler calls it, the recorder takes it."""
    assert as_type("Config Template!") == "config_template"
    assert len(as_type("x" * 200)) == 64
    assert as_type("ü") == "request"
