"""Text that others wrote, made so that it does nothing where it is shown or stored."""

import hashlib
import re
import unicodedata

LONGEST = 2_000  # characters of one text
LONGEST_NAME = 60  # characters of a file name, without its digest
ELLIPSIS, UNKNOWN = "…", "\ufffd"  # for what is cut off, and for what can't be shown

_JOINERS = "\u200c\u200d"  # which names are written with
_DIGEST = re.compile(r"-[0-9a-f]{16}$")
# A sign that makes a formula of a cell, at its beginning, or behind what a program set to another
# separator takes for the beginning of one.
_FORMULA = re.compile("((?:^|[,;|\t\n])\\s*[\"']*)([=+\\-@\uff1d\uff0b\uff0d\uff20])")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # file names that Windows keeps


def clean(text: str, longest: int = LONGEST) -> str:
    """The text without control codes, changes of direction, and what XML or UTF-8 can't hold."""
    if len(text) <= longest and text.isprintable():
        return text  # most are, and need no look at each character
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = text[: longest + 1]
    if not shown.replace("\n", "").replace("\t", "").isprintable():
        shown = "".join(one if _harmless(one) else UNKNOWN for one in shown)
    return shown if len(shown) <= longest else shown[: longest - 1] + ELLIPSIS


def one_line(text: str, longest: int = LONGEST) -> str:
    """The same, in one line."""
    return " ".join(clean(text, longest).split())


def cell(text: str, longest: int = LONGEST) -> str:
    """A text for a cell of a table that a spreadsheet may open: no formula begins in it.

    The quote in front of one is what spreadsheets themselves use
    (owasp.org/www-community/attacks/CSV_Injection).
    """
    return _FORMULA.sub(r"\1'\2", clean(text, longest).strip())


def file_name(student: str) -> str:
    """A name for a student's files: the id itself, or, if it has to be altered, with a digest.

    Names of different students differ, also where capital and small letters are the same.
    """
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
    safe = re.sub(r"[^a-z0-9_.@+-]+", "-", plain).strip("-.")[:LONGEST_NAME].strip("-.")
    if safe and safe == student and not _DIGEST.search(safe) and not _DEVICES.match(safe):
        return safe
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{safe or 'student'}-{digest}" if not _DEVICES.match(safe) else f"student-{digest}"


def _harmless(character: str) -> bool:
    if character in "\n\t" or character in _JOINERS:
        return True
    # Cc: control codes, Cf: invisible, such as a change of direction; Cs, Cn: no characters at all
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn")
