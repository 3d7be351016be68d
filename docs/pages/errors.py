"""The page of errors."""

from __future__ import annotations

from collections.abc import Iterator

from docs.pages.markdown import code, page, prose, table
from indelible import errors
from indelible.web.problems import MEDIA_TYPE, problem_of

_INTRODUCTION = f"""\
What Indelible raises on purpose is one tree. Python code catches the class; over HTTP each is a
problem document (RFC 9457, `{MEDIA_TYPE}`) with the status and the `type` in the
table. `detail` says what happened this time and what to do about it; `field` and `item` say which
part of the input it is about, `retryAfter` how many seconds to wait.

What went wrong inside (status 500) is told to the server's log alone, under the `X-Request-Id` of
the answer."""

Kind = type[errors.IndelibleError]


def render() -> str:
    """Return the page."""
    tree = "\n".join(["```text", errors.IndelibleError.__name__, *_branches(), "```"])
    rows = [
        [code(kind.__name__), str(problem.status), code(problem.type), prose(kind.__doc__)]
        for kind in _kinds(errors.IndelibleError)
        for problem in [problem_of(_example(kind))]
    ]
    return page("Errors", _INTRODUCTION, tree, table(["error", "status", "type", "what"], rows))


def _below(kind: Kind) -> list[Kind]:
    """Return the kinds that the tree's own file puts below *kind*, in its order."""
    return [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]


def _kinds(kind: Kind) -> Iterator[Kind]:
    yield kind
    for each in _below(kind):
        yield from _kinds(each)


def _branches(kind: Kind = errors.IndelibleError, indent: str = "") -> Iterator[str]:
    kinds = _below(kind)
    for each in kinds:
        last = each is kinds[-1]
        yield f"{indent}{'└── ' if last else '├── '}{each.__name__}"
        yield from _branches(each, indent + ("    " if last else "│   "))


def _example(kind: Kind) -> errors.IndelibleError:
    if issubclass(kind, errors.Throttled):
        return kind("", retry_after=1)
    return kind("")
