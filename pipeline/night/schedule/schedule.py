"""What makes a machine start the night by itself: a systemd service and timer, a Windows task, or a line for cron.

Every system has its own rules for reading a path. A path is written so that the system reads the same path, or it is
refused: no one would notice a night that starts with half a path, or never, until the list is old.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from xml.sax.saxutils import escape

from pipeline.errors import UsageError
from pipeline.pages.render import render_text

_HERE = Path(__file__).parent
_HOMES = ("/home", "/root", "/run/user")  # what systemd can hide from a service
_TEMPORARY = ("/tmp", "/var/tmp")  # emptied when the machine starts, and private to a service
_LONGEST_CRON_COMMAND = 900  # bytes; some crons silently leave out a line of over 1,000
_LINUX_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\$?")
_WINDOWS_USER = re.compile(r'([^\\/"\[\]:;|=,+*?<>%@]+\\)?[^\\/"\[\]:;|=,+*?<>%]+')


@dataclass(frozen=True)
class _Night:
    config: PurePath
    program: PurePath
    at: time
    user: str
    writes: Sequence[PurePath]
    reads: Sequence[PurePath]


def schedule_text(
    system: str,
    config: PurePath,
    program: PurePath,
    at: time,
    user: str,
    writes: Sequence[PurePath] = (),
    reads: Sequence[PurePath] = (),
) -> str:
    """The file that makes `system` (one of SYSTEMS) run `program nightly --config config` daily, with steps to follow.

    Paths are absolute, on the machine that will run it. `at`: its local time, to the minute. `writes`: the folders the
    night writes to, which must exist; only systemd needs them. `reads`: what else it reads, including the Python
    behind `program`; systemd hides home folders unless one of these is there. Raises UsageError for another
    system, or for a time, an account or a path that cannot be written in the system's file.
    """
    if system not in _WRITERS:
        raise UsageError(f"There is no schedule for {system!a}: choose windows, systemd or cron.")
    if at.second or at.microsecond or at.tzinfo:
        raise UsageError("Give the time as hours and minutes of the machine's own clock, such as 02:30.")
    return _WRITERS[system](_Night(config, program, at, user, writes, reads))


def _systemd(night: _Night) -> str:
    if not night.writes:
        raise UsageError("A systemd schedule must name the folders the night writes to: it may write nowhere else.")
    touched = (night.config, night.program, *night.writes, *night.reads)
    for path in touched:
        _refuse_temporary(path)
    if re.search("[$'\"]", str(night.program)):
        raise _cannot_say(night.program, "a dollar sign or a quotation mark, and systemd starts no such program")
    return render_text(
        _HERE / "systemd.sh",
        at=f"{night.at:%H:%M}",
        user=_account(night.user, _LINUX_USER),
        program=_systemd_word(_file(night.program)),
        config=_systemd_word(_file(night.config)).replace("$", "$$"),
        writes=[_systemd_word(_file(path)) for path in night.writes],
        home="read-only" if any(_is_below(path, _HOMES) for path in touched) else "yes",
    )


def _systemd_word(text: str) -> str:
    """Quotes may only surround a whole word, and what a backslash does before one differs between settings."""
    if "'" in text and '"' in text:
        raise _cannot_say(text, "both kinds of quotation mark, and systemd understands only one at a time")
    quote = "'" if '"' in text else '"'
    return f"{quote}{text.replace('%', '%%')}{quote}"


def _refuse_temporary(path: PurePath) -> None:
    if _is_below(path, _TEMPORARY):
        raise UsageError(
            f"{_shown(path)} is in a folder for temporary files, which is emptied when the machine starts and hidden "
            "from the service. Keep what the night reads and writes somewhere else."
        )


def _is_below(path: PurePath, folders: Sequence[str]) -> bool:
    return any(PurePosixPath(str(path)).is_relative_to(folder) for folder in folders)


def _cron(night: _Night) -> str:
    command = f"{shlex.quote(_file(night.program))} nightly --config {shlex.quote(_file(night.config))}"
    if len(command.encode()) > _LONGEST_CRON_COMMAND:
        raise UsageError("These paths are too long for cron. Move the settings to a shorter path.")
    return render_text(
        _HERE / "crontab.txt",
        at=f"{night.at:%H:%M}",
        minute=night.at.minute,
        hour=night.at.hour,
        user=_account(night.user, _LINUX_USER),
        by_hand=command,
        command=command.replace("%", "\\%"),
    )


def _windows(night: _Night) -> str:
    """All ASCII, and no encoding declared: the same text whether it is saved as UTF-16, as UTF-8 or in a code page."""
    text = render_text(
        _HERE / "task.xml",
        at=f"{night.at:%H:%M}",
        user=escape(_account(night.user, _WINDOWS_USER)),
        program=escape(_windows_path(night.program)),
        config=escape(_windows_path(night.config)),
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _file(path: PurePath) -> str:
    text = _linux_path(path)
    if text == "/":
        raise _cannot_say(path, "no file name")
    return text


def _linux_path(path: PurePath) -> str:
    text = _seen(path)
    if not text.startswith("/") or text.startswith("//") or ".." in PurePosixPath(text).parts:
        raise UsageError(f"{text} is not an absolute path. Start it with / and leave out '..'.")
    if "\\" in text:
        raise _cannot_say(text, "a backslash, which Linux schedulers read in different ways")
    return text


def _windows_path(path: PurePath) -> str:
    given = PureWindowsPath(_seen(path))
    if not re.fullmatch("[A-Za-z]:", given.drive) or not given.root or not given.name or ".." in given.parts:
        raise UsageError(
            f"{_shown(path)} is not an absolute path on a disk of this machine, such as C:\\Casefinder\\site.toml. "
            "A task that runs without a password cannot reach a network share."
        )
    text = str(given)
    if re.search(r'[<>"|?*:]', text[2:]):
        raise _cannot_say(text, "a character that Windows does not allow in a file name")
    if "%" in text or "$(" in text:
        raise _cannot_say(text, "a % or a $(, which the Task Scheduler reads as a variable")
    return text


def _seen(path: PurePath) -> str:
    """Line breaks and other invisible characters would end a line, or show a path other than the one used."""
    text = str(path)
    if not text.isprintable():
        raise _cannot_say(text, "a character that is invisible, such as a line break, or that is not Unicode")
    return text


def _account(user: str, allowed: re.Pattern[str]) -> str:
    if not user.isprintable() or user != user.strip() or not allowed.fullmatch(user):
        raise UsageError(f"{user!a} cannot be written in the schedule as the name of an account.")
    return user


def _cannot_say(path: PurePath | str, why: str) -> UsageError:
    return UsageError(f"The path {_shown(path)} has {why}. Rename the file or folder, or move it.")


def _shown(path: PurePath | str) -> str:
    """As it is, unless printing it would do more than show it."""
    text = str(path)
    return text if text.isprintable() else ascii(text)


_WRITERS: dict[str, Callable[[_Night], str]] = {"windows": _windows, "systemd": _systemd, "cron": _cron}
SYSTEMS = tuple(_WRITERS)
