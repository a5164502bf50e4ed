"""Scraped pages come with husks: menus, share buttons, comment forms, promos. dehusk takes the pages and gives the articles.

>>> import dehusk
>>> cleaner = dehusk.Cleaner()
>>> article = cleaner.clean("Bridge closed\\n\\nThe bridge was closed on Monday, the city said.\\n\\nShare this article")
>>> article.text
'The bridge was closed on Monday, the city said.'
>>> article.title
'Bridge closed'

Answers are those of the program, byte for byte: a record here is the line that `dehusk clean` writes. Engines that run on many
machines have modules of their own, `dehusk.spark`, `dehusk.ray` and `dehusk.datatrove`.
"""

from ._article import Article, Explanation, Removal
from ._cleaner import Cleaner
from ._dehusk import __version__
from ._errors import DehuskError, Diagnostic, PageError, RulesError
from ._rules import Rules
from ._summary import Summary

__all__ = [
    "Article",
    "Cleaner",
    "DehuskError",
    "Diagnostic",
    "Explanation",
    "PageError",
    "Removal",
    "Rules",
    "RulesError",
    "Summary",
    "__version__",
]
