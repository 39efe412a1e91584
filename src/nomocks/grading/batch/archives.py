"""A zip that may hold anything: its members are read one by one, and never written to the disk."""

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from nomocks.grading.batch.entries import Entry, is_known, is_passed_over
from nomocks.grading.intake import IntakeError, read_some

MOST_MEMBERS = 50_000
LONGEST = 255  # characters of a file's name
DEEPEST = 20  # folders within each other
LARGEST_LIST = 8 * 1024 * 1024  # bytes of an archive's list of members, which is read at once
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may claim gigabytes of memory


class _Sparing(io.FileIO):
    """A file of which no more is read at once than a list of members may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = LARGEST_LIST + 1
        if size > LARGEST_LIST + 1:
            raise zipfile.BadZipFile("its list of members is too long")
        return super().read(size) or b""


@contextlib.contextmanager
def members(descriptor: int, path: Path, name: str) -> Iterator[list[Entry]]:
    """The files in an archive, to be read within the block, which closes the descriptor.

    Raises IntakeError if it is no archive that can be read.
    """
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(_Sparing(descriptor))
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
        except _BROKEN:
            raise IntakeError(
                f"{name} is no zip archive that can be read: unpack it, and look what it holds."
            ) from None
        infos = archive.infolist()
        if len(infos) > MOST_MEMBERS:
            raise IntakeError(
                f"{name} holds more than {MOST_MEMBERS} files: unpack it, and keep the notebooks."
            )
        yield [entry for info in infos for entry in _entry(archive, info, path)]


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> Iterator[Entry]:
    text = _text(info).replace("\\", "/")  # some programs on Windows write it so
    every = [part[:LONGEST] for part in text.split("/") if part not in ("", ".", "..")]
    parts = (*every[:DEEPEST], *every[DEEPEST:][-1:])
    if not parts or any(map(is_passed_over, parts)):
        return
    if info.is_dir():
        yield Entry(parts, path, is_folder=True)
    elif is_known(parts):
        problem = _problem(info, text)
        yield Entry(parts, path, partial(_read, archive, info, "/".join(parts)), None, problem)


def _text(info: zipfile.ZipInfo) -> str:
    """The name of a member; macOS writes it in UTF-8, and does not say so."""
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            return info.filename.encode("cp437").decode()
    return info.filename


def _problem(info: zipfile.ZipInfo, text: str) -> str:
    if max(map(len, text.split("/"))) > LONGEST:
        return "has a name that is too long"
    if len(text.split("/")) > DEEPEST + 1:
        return f"is more than {DEEPEST} folders deep"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if text.startswith("/") or ".." in text.split("/") or text[1:2] == ":":
        return "has a path that leads out of its archive"
    if kind == stat.S_IFLNK:
        return "is a link, which is not followed"
    if kind not in (0, stat.S_IFREG):
        return "is no regular file"
    if info.flag_bits & 1:
        return "is encrypted"
    if info.compress_type not in _READABLE:
        return "is compressed in a way that is not read"
    return ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    name = Entry((name,), Path()).name
    try:
        with archive.open(info) as file:
            return read_some(file, name)
    except IntakeError:
        raise
    except _BROKEN:
        raise IntakeError(f"{name} is broken in its archive: ask for it once more.") from None
