"""What may go wrong, as exceptions that carry what there is to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """A fault of rules: what is wrong, where, and the way out.

    >>> Diagnostic("error", "", "unknown key `about_`", "write `about`", "mine.toml", 3)
    Diagnostic(severity='error', rule='', message='unknown key `about_`', help='write `about`', file='mine.toml', line=3)
    """

    severity: str
    """`error` or `warning`."""
    rule: str
    """The rule's full name, or empty when the fault is of a file."""
    message: str
    """What is wrong."""
    help: str
    """The way out, or empty."""
    file: str
    """The file as it was named, or empty."""
    line: int
    """The line, counted from 1, or 0."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        help = f" ({self.help})" if self.help else ""
        return f"{place}{self.severity}: {self.message}{help}"


class DehuskError(Exception):
    """What dehusk raises of its own."""


class RulesError(DehuskError):
    """Rule files with faults: all of them, since whoever mends ten wants to see ten.

    >>> from dehusk import Rules
    >>> try:
    ...     Rules.from_text("schema = 2", name="mine.toml").check()
    ... except RulesError as error:
    ...     print(error.diagnostics[0].severity, error.diagnostics[0].file)
    error mine.toml
    """

    diagnostics: list[Diagnostic]
    """Every fault."""

    def __init__(self, message: str, diagnostics: list[Diagnostic] | list[tuple] = ()) -> None:
        faults = [fault if isinstance(fault, Diagnostic) else Diagnostic(*fault) for fault in diagnostics]
        super().__init__(message, faults)
        self.diagnostics = faults

    def __str__(self) -> str:
        return self.args[0]


class PageError(DehuskError):
    """A page that could not be read, or that met a defect: what the program tells among its rejects."""

    reason: str
    """One word: `too-large`, `binary`, `no-text-field`, `defect`."""
    detail: str
    """The particulars, or empty."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason
