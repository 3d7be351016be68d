"""The filter as a query string."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from indelible.core.activity import Action, Status, TenantId
from indelible.errors import Invalid
from indelible.ledger.search import Filter
from indelible.web.activity_filter import FILTER, filter_of, in_words
from indelible.web.query_string import number, parameters_of

BERLIN = ZoneInfo("Europe/Berlin")
KNOWN = [each.name for each in FILTER]


def read(query: str, zone: ZoneInfo = BERLIN) -> Filter:
    """Read a query string."""
    return filter_of(parameters_of(query.encode(), KNOWN), zone)


def test_everything() -> None:
    """Every field of the filter has its parameter."""
    where = read(
        "search=%20Anna%20&tenant=3F9C2A44-0000-4000-8000-000000000001&resource_type=edge"
        "&action=update&status=failure&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00%2B01:00"
        "&user=u&session=s&resource=r&address=::1&assumed=true"
    )
    assert where == Filter(
        search="Anna",
        tenant=TenantId("3f9c2a44-0000-4000-8000-000000000001"),
        resource_type="edge",
        action=Action.UPDATE,
        status=Status.FAILURE,
        from_=datetime(2026, 11, 1, tzinfo=UTC),
        to=datetime(2026, 11, 1, 23, tzinfo=UTC),
        user="u",
        session="s",
        resource="r",
        address="::1",
        assumed=True,
    )
    assert in_words(where)["assumed"] == "true"
    assert len(KNOWN) == len(Filter.__struct_fields__)


def test_empty() -> None:
    """Empty values are no conditions: a form sends them for what was not filled in."""
    assert read("search=&action=&from=&user=%20".replace("%20", "")) == Filter()
    assert read("search=%20%20") == Filter()


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)],
    ids=["clocks forward", "clocks back", "usual"],
)
def test_whole_day(day: str, hours: int) -> None:
    """A day begins and ends at the zone's midnights, also when clocks are changed."""
    where = read(f"from={day}&to={day}")
    assert where.from_ is not None
    assert where.to is not None
    assert where.to - where.from_ == timedelta(hours=hours)
    assert where.from_.astimezone(BERLIN).isoformat().startswith(f"{day}T00:00:00")


def test_day_without_midnight() -> None:
    """Where clocks jump over midnight, the day begins at its first instant."""
    beirut = ZoneInfo("Asia/Beirut")
    where = read("from=2022-03-27", beirut)
    assert where.from_ == datetime(2022, 3, 26, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T14:05:00Z", datetime(2026, 11, 23, 14, 5, tzinfo=UTC)),
        ("2026-11-23t14:05:00z", datetime(2026, 11, 23, 14, 5, tzinfo=UTC)),
        ("2026-11-23T14:05:00.5Z", datetime(2026, 11, 23, 14, 5, 0, 500_000, tzinfo=UTC)),
        ("2026-11-23T14:05:00.1234567Z", datetime(2026, 11, 23, 14, 5, 0, 123_456, tzinfo=UTC)),
        ("2026-11-23T14:05:00-03:30", datetime(2026, 11, 23, 17, 35, tzinfo=UTC)),
        ("2026-11-23T14:05:00+01:00", datetime(2026, 11, 23, 13, 5, tzinfo=UTC)),
    ],
)
def test_instants(text: str, expected: datetime) -> None:
    """Instants are RFC 3339; a plus that nobody encoded is still a plus."""
    assert read(f"from={text}").from_ == expected


@pytest.mark.parametrize(
    "text",
    [
        "today",
        "2026",
        "2026-13-01",
        "2026-02-29",
        "20261123",
        "2026-W47-1",
        "2026-11-23T14:05",
        "2026-11-23T14:05:00",
        "2026-11-23T24:00:00Z",
        "2026-11-23T14:05:60Z",
        "2026-11-23T14:05:00+25:00",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "%D9%A2026-11-23",
        "1763906700",
    ],
)
def test_no_instants(text: str) -> None:
    """Anything else is refused, and the answer says how it is done."""
    with pytest.raises(Invalid, match=r"Must be a date|There is no such") as caught:
        read(f"to={text}")
    assert caught.value.field == "to"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_ends_of_time(day: str, zone: str) -> None:
    """The first and the last day of the calendar are days, in every zone."""
    where = read(f"from={day}&to={day}", ZoneInfo(zone))
    assert where.from_ is not None
    assert where.to is not None
    assert where.from_ <= where.to


@pytest.mark.parametrize("text", ["", "+1", "-1", "01", "1.0", " 1", "1_0", "\u0661", "9" * 30])
def test_numbers(text: str) -> None:
    """Numbers have one spelling and bounds."""
    with pytest.raises(Invalid):
        number(text, field="n", least=0, most=99)
    assert number("42", field="n", least=0, most=99) == 42
    most = (1 << 53) - 1
    assert number(str(most), field="n", least=0, most=most) == most
    with pytest.raises(Invalid):
        number(str(most + 1), field="n", least=0, most=most)


def test_in_words() -> None:
    """A filter is said as the URL says it."""
    query = "search=Anna&action=update&from=2026-11-01T00:00:00Z"
    assert in_words(read(query)) == {
        "search": "Anna",
        "action": "update",
        "from": "2026-11-01T00:00:00Z",
    }
