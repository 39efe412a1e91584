"""Whose a file is, by how platforms name what they let a teacher download.

- Moodle: ``Full Name_123_assignsubmission_file/x.ipynb``, or flat, the same with ``_`` in place of
  ``/``; older ones have a further ``_``. The number is that of its grading worksheet. A name has
  no ``_`` in it (mod/assign/classes/downloader.php).
- Canvas: ``lastfirst_LATE_123_456_x-1.ipynb``; 123 is the student's id in the gradebook's CSV, 456
  the file's. An anonymous one begins with ``anon_``. ``-1`` comes with the second file of a name
  (lib/content_zipper.rb).
- Blackboard: ``assignment_user_attempt_2016-01-30-15-00-00_x.ipynb`` (nbgrader's example for
  ``zip_collect``).
- nbgrader's exchange, inbound: ``user+assignment+2016-01-30 15:00:00.000000 UTC``, and a random
  word (exchange/default/submit.py).
- GitHub's classrooms: ``[classroom-]assignment-user`` (cli/shared/contract of Classroom 50).
- Gradescope: ``submission_123``, and ``submission_metadata.yml`` that says whose each is.

What a student can choose comes last in each name, so the first match is the platform's own.
"""

import re
import unicodedata
from dataclasses import dataclass

from nomocks.grading.batch import metadata

_PLATFORMS = tuple(
    (name, re.compile(pattern, re.S))
    for name, pattern in (
        ("moodle", r"(?P<student>[^_/]+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?"),
        ("canvas", r"(?:(?P<late>LATE)_)?(?P<student>anon_[^\W_]+)_(?P<turn>\d+)_(?P<file>.+)"),
        (
            "canvas",
            r"(?P<student>\w+?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?P<turn>\d{3,})_(?P<file>.+)",
        ),
        (
            "blackboard",
            r".*?_(?P<student>[^_]+)_attempt_(?P<turn>(?P<when>\d{4}(?:-\d\d){5}))(?:[_.].*)?",
        ),
        (
            "nbgrader",
            r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<turn>(?P<when>\d{4}-[\d :.-]+\w*))"
            r"(?:\+.*)?",
        ),
    )
)
_COPY = re.compile(r"(.*?)(?:-(\d{1,9}))?(\.\w+)?", re.S)  # Canvas's number of a second file
_MOST_MEMBERS = 50  # of a group


@dataclass(frozen=True)
class Sender:
    """Who has handed something in. ``key`` is the same for what is of the same student.

    ``id`` is a platform, and by what its own table of marks knows the student, as in
    ``moodle:4711``; or ``name``, and what the file or the folder is called. Of the files of one
    ``series``, that with the highest ``turn`` is the newest.
    """

    key: str
    student: str
    id: str
    late: bool = False
    submitted: str = ""  # when, as the platform writes it
    series: str = ""
    turn: tuple[int, ...] = ()
    platform: str = ""


def of_platform(top: str) -> bool:
    """Whether this is how a platform names a file or folder of a student."""
    return top == metadata.NAME or any(pattern.fullmatch(top) for _, pattern in _PLATFORMS)


def sender(top: str, is_folder: bool, slug: str) -> Sender | None:
    """Whose a file or folder is, by its name; None if it is of another assignment."""
    for platform, pattern in _PLATFORMS:
        found = pattern.fullmatch(top)
        if found:
            named = found.groupdict()
            if named.get("assignment", slug) != slug:
                return None
            stem, copy, suffix = _parted(named.get("file", ""))
            number = named.get("id") or ""
            known = f"{platform}:{number}" if number else _by_name(named["student"])
            return Sender(
                key=known,
                student=named["student"],
                id=known,
                late=bool(named.get("late")),
                submitted=named.get("when") or "",
                series=f"{stem}{suffix}",
                turn=(copy, *_numbers(named.get("turn") or "")),
                platform=platform,
            )
    name = top if is_folder else re.sub(r"\.(ipynb|zip)$", "", top, flags=re.I)
    return Sender(_by_name(name), _renamed(name, is_folder, slug), _by_name(name))


def submitters(content: bytes) -> dict[str, tuple[Sender, ...]]:
    """Whose each folder of Gradescope's download is; of a group, all. Empty if it can't be read."""
    found = {}
    for folder, group in metadata.people(content).items():
        whom = []
        for one in group[:_MOST_MEMBERS]:
            name, number, mail = (one.get(part, "") for part in (":name", ":sid", ":email"))
            key = f"gradescope {mail or number or name}"
            known = f"gradescope:{number or mail}" if number or mail else _by_name(name)
            whom.append(Sender(key, name or mail, known, platform="gradescope"))
        found[folder] = tuple(whom)
    return found


def _by_name(name: str) -> str:
    return f"name:{unicodedata.normalize('NFC', name)}"


def _parted(file: str) -> tuple[str, int, str]:
    match = _COPY.fullmatch(file)
    return (match[1], int(match[2] or 0), match[3] or "") if match else (file, 0, "")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d{1,18}", text))


def _renamed(name: str, is_folder: bool, slug: str) -> str:
    """The name of a file or a checkout, without that of the assignment."""
    what = rf"(?:{re.escape(slug)}|exercise)"
    if is_folder:
        name = re.sub(rf"^.*?(?<![^-]){re.escape(slug)}-(?=.)", "", name, count=1, flags=re.I)
    short = re.sub(rf"^{what}[-_ .]+(?=.)|(?<=.)[-_ .]+{what}$", "", name, flags=re.I)
    return short or name
