"""Colors for cells that begin with a magic of ours: their body is Python."""

from typing import ClassVar

from ipython_pygments_lexers import IPython3Lexer
from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers import Python3Lexer
from pygments.token import Keyword, Operator, Text

OPTION = r"-+[^\s=]+(?:[ =](?!-)\S+)?"


class OptionsLexer(RegexLexer):  # type: ignore[misc]
    """The options of a magic, which has one line: the style sheet lets it wrap between two."""

    name = "Options of a magic"
    tokens: ClassVar = {
        "root": [
            (r"\s+", Text.Between),
            (OPTION, Text.Option),
            (r"\S+", Text),
        ]
    }


class TestCellLexer(IPython3Lexer):  # type: ignore[misc]
    """IPython's own lexer takes the body of a cell magic that it does not know for plain text."""

    __test__ = False
    name = "IPython test cell"
    aliases = ("ipython-test-cell",)
    tokens = IPython3Lexer.tokens | {
        "root": [
            (
                r"(?s)(\s*)(%%)(ipytest|task|project)\b([^\n]*)(\n)(.*)",
                bygroups(Text, Operator, Keyword, using(OptionsLexer), Text, using(Python3Lexer)),
            ),
            *IPython3Lexer.tokens["root"],
        ]
    }
