"""Colors for cells that begin with a magic of ours: their body is Python."""

from ipython_pygments_lexers import IPython3Lexer
from pygments.lexer import bygroups, using
from pygments.lexers import Python3Lexer
from pygments.token import Keyword, Operator, Text


class TestCellLexer(IPython3Lexer):  # type: ignore[misc]
    """IPython's own lexer takes the body of a cell magic that it does not know for plain text."""

    __test__ = False
    name = "IPython test cell"
    aliases = ("ipython-test-cell",)
    tokens = IPython3Lexer.tokens | {
        "root": [
            (
                r"(?s)(\s*)(%%)(ipytest|task|project)\b([^\n]*\n)(.*)",
                bygroups(Text, Operator, Keyword, Text, using(Python3Lexer)),
            ),
            *IPython3Lexer.tokens["root"],
        ]
    }
