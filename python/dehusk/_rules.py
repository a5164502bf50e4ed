"""Rule files, held by what they say: so they travel to other processes and machines, where their paths mean nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias, Union

from . import _dehusk
from ._errors import Diagnostic

if TYPE_CHECKING:
    from ._dehusk import _File

Path: TypeAlias = Union[str, "os.PathLike[str]"]


class Rules:
    """Rule files, read but not yet in use. They add to the built-in packs, unless a cleaner leaves those out.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.toml")
    >>> _ = path.write_text('''
    ... schema = 1
    ... [pack]
    ... id = "my.pack"
    ... version = "1.0.0"
    ... [[rule]]
    ... id    = "also-on"
    ... kind  = "related"
    ... about = "A promo for another story, set between paragraphs"
    ... match = { starts = ["also on rt.com"], ending = "open" }
    ... drop  = ["Also on rt.com One story", "ALSO ON RT.COM Another"]
    ... keep  = ["Also on rt.com that week, the editor wrote a defence.", "It was also on rt.com."]
    ... ''')
    >>> rules = Rules(path)
    >>> [str(found) for found in rules.check() if found.severity == "error"]
    []
    >>> import pickle
    >>> path.unlink()
    >>> pickle.loads(pickle.dumps(rules)) == rules
    True
    """

    __slots__ = ("_files",)
    _files: tuple[_File, ...]

    def __init__(self, *paths: Path) -> None:
        """Reads rule files, and folders of them. Raises `RulesError` when one cannot be read."""
        self._files = tuple(file for path in paths for file in _dehusk.read_rules(path))

    @classmethod
    def from_text(cls, toml: str, *, name: str = "<text>", lists: dict[str, str] | None = None) -> Rules:
        """Rules from memory: the text of one file, its name in messages, and the texts of the word lists that it names."""
        rules = cls()
        rules._files = ((name, toml, [(list, text, None) for list, text in (lists or {}).items()]),)
        return rules

    @classmethod
    def of(cls, rules: Rules | Path | Iterable[Rules | Path] | None) -> Rules:
        """Rules from what a `rules=` may be: none, rules, a path, or several of these."""
        if rules is None:
            return cls()
        if isinstance(rules, Rules):
            return rules
        if isinstance(rules, (str, os.PathLike)):
            return cls(rules)
        all = cls()
        all._files = tuple(file for part in rules for file in cls.of(part)._files)
        return all

    def check(self, *, default_rules: bool = True) -> list[Diagnostic]:
        """What `dehusk rules check` finds: each rule is held against its own examples, and against the others.

        Without files the built-in packs are checked. A file that has the id of a built-in pack takes that pack's place. Raises
        `RulesError` when a file is no valid rule file.
        """
        return [Diagnostic(*fault) for fault in _dehusk.check_rules(list(self._files), default_rules)]

    @property
    def names(self) -> list[str]:
        """The names of the files."""
        return [name for name, _, _ in self._files]

    def _state(self) -> tuple:
        return tuple((name, text, tuple(lists)) for name, text, lists in self._files)

    def __reduce__(self) -> tuple:
        return _rules_from, (self._state(),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and self._state() == other._state()

    def __hash__(self) -> int:
        return hash(self._state())

    def __repr__(self) -> str:
        return f"Rules({', '.join(map(repr, self.names))})"


def _rules_from(state: tuple) -> Rules:
    rules = Rules()
    rules._files = tuple((name, text, list(lists)) for name, text, lists in state)
    return rules
