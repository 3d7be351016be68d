"""Every error that Indelible raises on purpose, in one tree.

    IndelibleError
    ├── Invalid               the caller's input is wrong; nothing was written
    │   ├── TooLarge          ... because it passes a cap
    │   └── Conflict          ... because it contradicts what stands already
    ├── NotSignedIn           nobody is known behind the request
    │   ├── WrongCredentials  ... because sign-in failed
    │   │   └── WrongCode     ... at its second step: the code is not right
    │   ├── SecondFactorRequired  ... because the password was right, and a code is needed too
    │   └── SessionRevoked    ... because somebody revoked the session
    ├── Forbidden             somebody is, and may not do this
    │   ├── StepUpRequired    ... before the password was given again
    │   └── EnrolmentRequired ... before the account has a second factor
    ├── NotFound              absent, or not theirs to see: the two are told apart by nobody
    │   └── Purged            ... because its retention period is over; its hash still proves
    ├── Throttled             too many attempts; says when to come again
    │   └── Crowding          ... one caller asks for more at once than its share
    ├── Unavailable           a part we need can't be reached; nothing was written
    │   ├── Overloaded        ... because too much is asked at once; says when to come again
    │   │   └── TimedOut      ... because the question took the database too long
    │   ├── Contradicted      ... because the database contradicts what it published before
    │   ├── Unindexed         ... and it is the search index, which can be made anew
    │   └── Unknown           ... and whether the write happened is not known: repeat with its keys
    ├── Misconfigured         the operator has to change a setting before we start
    └── Unproven              bytes that claim to prove something do not
        ├── MalformedProof    ... because they do not parse
        └── Tampered          ... because a hash or a signature does not hold

Adapters translate what their libraries raise into these, with ``from``. Only ``web/problems.py``
knows which HTTP status each one is.
"""

from __future__ import annotations


class IndelibleError(Exception):
    """Something that Indelible refuses or can't do, said in words for a person.

    Attributes:
        field: path of the field that it is about, None where it is about no single one.
        retry_after: seconds to wait before another attempt, None where nobody knows.
    """

    field: str | None = None
    retry_after: float | None = None

    def diagnostics(self) -> str:
        """Return what a person can do about it, a sentence or two."""
        return str(self)


class Invalid(IndelibleError):
    """Input that can't be taken. Correct it and send it again; nothing was written.

    Attributes:
        item: position of the offending item in a batch, from 0, or None.
        field: path of the offending field (``resource.type``), or None.
    """

    def __init__(self, message: str, *, item: int | None = None, field: str | None = None) -> None:
        """Say what is wrong with which item and field."""
        super().__init__(message)
        self.item = item
        self.field = field


class TooLarge(Invalid):
    """Input over a cap. Send less, or raise the cap named in the message."""


class Conflict(Invalid):
    """Input that contradicts what stands already, such as a key that was used for another body."""


class NotSignedIn(IndelibleError):
    """No valid session or API key came with the request. Sign in and try again."""


class WrongCredentials(NotSignedIn):
    """E-mail and password do not match, or the account is disabled: nobody learns which."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        """Say what does not match, and in which field, where it is a single one."""
        super().__init__(message)
        self.field = field


class WrongCode(WrongCredentials):
    """The code of the second factor is wrong, or was used already. Wait for the next one."""

    def __init__(self, message: str) -> None:
        """Say what is wrong with it."""
        super().__init__(message, field="code")


class SecondFactorRequired(NotSignedIn):
    """The password is right, and the account asks for a code too. Send both, and the code."""

    field = "code"


class SessionRevoked(NotSignedIn):
    """The session was revoked, by an administrator or its own user. Sign in again."""


class Forbidden(IndelibleError):
    """The caller is known and may not do this. Ask an administrator for the right."""


class StepUpRequired(Forbidden):
    """The password was last given too long ago for this. Give it again (step-up), then repeat."""


class EnrolmentRequired(Forbidden):
    """The account has to have a second factor before anything else. Set it up on its page."""


class NotFound(IndelibleError):
    """There is no such thing, or none that the caller may see."""


class Purged(NotFound):
    """What is asked for was purged when its retention period was over; its hash stays and proves.

    Ask for the hash tiles instead.
    """


class Throttled(IndelibleError):
    """Too many attempts. Wait for as long as it says and try again."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        """Say for how many seconds to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class Crowding(Throttled):
    """One caller asks for more at once than its share. Ask for less at once; others wait too."""

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        """Say for how many seconds to wait."""
        super().__init__(message, retry_after=retry_after)


class Unavailable(IndelibleError):
    """A part that this needs can't be reached; nothing was written. Try again."""


class Overloaded(Unavailable):
    """Too much is asked at once; nothing was written. Wait for as long as it says and try again.

    It passes by itself. Where it comes back every day, give the service a larger machine or more
    of them, and raise the limits named in docs/guides/limits.md.
    """

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        """Say for how many seconds to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(Overloaded):
    """The question took the database too long and was broken off. Ask for less: narrow the filter.

    ``INDELIBLE_READ_SECONDS`` says how long it may take.
    """


class Contradicted(Unavailable):
    """The database contradicts what it published before: it was restored, cut or exchanged.

    Nothing is recorded until an operator starts the right one, or records the restore with
    ``indelible restore record``. The message is for anybody; what was seen is for the operator.

    Attributes:
        seen: what contradicts the database, and what to do about it.
    """

    def __init__(self, seen: str) -> None:
        """Say what was seen."""
        super().__init__(
            "Nothing is recorded: this database is not the one that published what others have "
            "seen. An operator has to look into it; the service's log says how."
        )
        self.seen = seen

    def diagnostics(self) -> str:
        """Return what was seen, and what an operator can do."""
        return self.seen


class Unknown(Unavailable):
    """The connection died while committing. Repeat with the same keys for the one true receipt."""


class Unindexed(Unavailable):
    """The search index can't be used. Where it is a server of its own, the ledger answers instead.

    Nothing is wrong with the log. Look at the index's server and at the log of whoever follows;
    ``indelible index rebuild`` makes the index anew.
    """


class Misconfigured(IndelibleError):
    """A setting, a key file or the database does not fit; the message says what to change."""


class Unproven(IndelibleError):
    """Bytes that claim to prove something do not prove it."""


class MalformedProof(Unproven):
    """A note, checkpoint, tile, proof or entry that is not spelled as its format says."""


class Tampered(Unproven):
    """A hash or signature that does not hold: what was shown is not what was signed."""
