"""The compiled part; what users take stands in `dehusk`."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, TypeAlias, final

__version__: str

_File: TypeAlias = tuple[str, str, list[tuple[str, str | None, str | None]]]
_Fault: TypeAlias = tuple[str, str, str, str, str, int]

def main(arguments: Sequence[str]) -> int: ...
def read_rules(path: str | PathLike[str]) -> list[_File]: ...
def check_rules(files: Sequence[_File], builtin: bool) -> list[_Fault]: ...

@final
class Core:
    def __new__(
        cls,
        files: Sequence[_File],
        builtin: bool,
        profile: str,
        pages: str,
        preview: bool,
        min_words: int,
        title_in_text: bool,
        max_page: int,
        weights: Sequence[bytes],
    ) -> Core: ...
    def record(self, line: bytes, removed: bool) -> tuple[str, str, str, str]: ...
    def batch(
        self,
        data: Any,
        text: str,
        html: str | None,
        id: str,
        keep: Sequence[str] | None,
        removed: bool,
        threads: int,
    ) -> tuple[Any, str]: ...
    def explain(
        self, line: bytes, only: str | None, full: bool, columns: int | None
    ) -> tuple[str, str]: ...
    def rule_names(self) -> list[str]: ...
