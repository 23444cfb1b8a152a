"""A schedule starts the very program with the very settings, read as each system reads its own files."""

import configparser
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, time
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.night.schedule import SYSTEMS, schedule_text

AT = time(2, 30)
PROGRAM = PurePosixPath("/opt/casefinder/bin/casefinder")
CONFIG = PurePosixPath("/srv/study/site.toml")
OUT = PurePosixPath("/srv/study/output")
PROGRAM_WINDOWS = PureWindowsPath(r"C:\Program Files\Casefinder\casefinder.exe")
CONFIG_WINDOWS = PureWindowsPath(r"D:\Study\site.toml")
on_a_posix_shell = pytest.mark.skipif(sys.platform == "win32", reason="runs a POSIX shell")


def written(
    system: str,
    config: PurePath | None = None,
    program: PurePath | None = None,
    at: time = AT,
    user: str = "finder",
    writes: tuple[PurePath, ...] = (OUT,),
    reads: tuple[PurePath, ...] = (),
) -> str:
    own = (CONFIG_WINDOWS, PROGRAM_WINDOWS) if system == "windows" else (CONFIG, PROGRAM)
    return schedule_text(system, config or own[0], program or own[1], at, user, writes, reads)


# What each system makes of its file


def units(text: str) -> tuple[str, str]:
    """The service and the timer between the marks of the two here-documents."""
    service, timer = (
        re.search(rf"<<'{end}'\n(.*?)\n{end}\n", text, re.S) for end in ("END-OF-SERVICE", "END-OF-TIMER")
    )
    assert service and timer
    return service[1], timer[1]


def setting(unit: str, name: str) -> list[str]:
    return [line.removeprefix(f"{name}=") for line in unit.splitlines() if line.startswith(f"{name}=")]


def systemd_words(value: str, variables: bool) -> list[str]:
    """Split at blanks outside quotes; then doubled percent signs, and in arguments doubled dollar signs, are one."""
    words = [double or single or bare for double, single, bare in re.findall(r'"([^"]*)"|\'([^\']*)\'|(\S+)', value)]
    for word in words:
        assert "%" not in word.replace("%%", ""), "a single percent sign begins a specifier"
    plain = [word.replace("%%", "%") for word in words]
    if not variables:
        return plain
    for word in plain[1:]:
        assert "$" not in word.replace("$$", ""), "a single dollar sign may begin a variable"
    return plain[:1] + [word.replace("$$", "$") for word in plain[1:]]


def cron_command(text: str) -> str:
    """The last line without its five fields. A percent sign ends the command unless there is a backslash before it."""
    line = text.splitlines()[-1]
    assert line.startswith("30 2 * * * ")
    command = line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    assert not re.search(r"\\(?!%)", command), "crons differ in what another backslash means"
    return command.replace("\\%", "%")


def windows_command(text: str) -> list[str]:
    action = ET.fromstring(text).find(".//{*}Exec")
    assert action is not None
    arguments = action.findtext("{*}Arguments") or ""
    quoted = re.fullmatch(r'nightly --config "([^"]*[^"\\])"', arguments)
    assert quoted, "a backslash before the closing mark would make it part of the path"
    return [action.findtext("{*}Command") or "", quoted[1]]


# Any path: it comes back, or is refused for a reason that is named

NASTY = st.sampled_from(" '\"%$&<>;#=\\`*?|:()!~@{}[]^,.-éß漢😀\n\r\t\x00\x7f\u00a0\u2028\u202e\ud800\ufffe")
NAME = st.text(st.one_of(NASTY, st.characters()), min_size=1, max_size=12).filter(
    lambda name: "/" not in name and name not in (".", "..")
)
LINUX = st.lists(NAME, min_size=1, max_size=3).map(lambda names: PurePosixPath("/", *names))
WINDOWS = st.lists(NAME.filter(lambda name: "\\" not in name), min_size=1, max_size=3).map(
    lambda names: PureWindowsPath("C:\\", *names)
)


def says_both_quotes(path: PurePath) -> bool:
    return "'" in str(path) and '"' in str(path)


@given(LINUX, LINUX, LINUX)
@example(PurePosixPath("/a b/100%/$x"), PurePosixPath("/opt/a & b/100%"), PurePosixPath("/it's"))
@example(PurePosixPath('/the "study"'), PurePosixPath("/opt/finder"), PurePosixPath("/a;b/#c"))
@example(CONFIG, PurePosixPath("/opt/it's"), OUT)
def test_systemd_reads_back_any_path_or_it_is_refused(
    config: PurePosixPath, program: PurePosixPath, out: PurePosixPath
) -> None:
    paths = (config, program, out)
    cannot = any(not str(path).isprintable() or "\\" in str(path) or says_both_quotes(path) for path in paths)
    if cannot or re.search("[$'\"]", str(program)):
        with pytest.raises(UsageError):
            written("systemd", config, program, writes=(out,))
        return
    service, _ = units(written("systemd", config, program, writes=(out, OUT)))
    (command,) = setting(service, "ExecStart")
    assert systemd_words(command, variables=True) == [str(program), "nightly", "--config", str(config)]
    places = [systemd_words(value, variables=False) for value in setting(service, "ReadWritePaths")]
    assert places == [[str(out)], [str(OUT)]]


@given(LINUX, LINUX)
@example(PurePosixPath("/it's 100%/a&b"), PurePosixPath("/opt/$(x)/`y`"))
def test_cron_and_its_shell_read_back_any_path_or_it_is_refused(config: PurePosixPath, program: PurePosixPath) -> None:
    if any(not str(path).isprintable() or "\\" in str(path) for path in (config, program)):
        with pytest.raises(UsageError):
            written("cron", config, program)
        return
    command = cron_command(written("cron", config, program))
    start, words = command.split(" exec ", 1)
    assert start == "umask 077; ulimit -c 0;"
    assert shlex.split(words) == [str(program), "nightly", "--config", str(config)]


@given(WINDOWS, WINDOWS)
@example(PureWindowsPath("C:\\Trials & co\\é\\site.toml"), PureWindowsPath("C:\\it's 漢\\casefinder.exe"))
def test_windows_reads_back_any_path_or_it_is_refused(config: PureWindowsPath, program: PureWindowsPath) -> None:
    texts = (str(config), str(program))
    if any(not text.isprintable() or re.search(r'[<>"|?*:%]|\$\(', text[2:]) for text in texts):
        with pytest.raises(UsageError):
            written("windows", config, program)
        return
    assert windows_command(written("windows", config, program)) == [str(program), str(config)]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\x00", "\x1b", "\u2028", "\u202e"])
def test_what_nobody_sees_is_refused_and_not_printed(system: str, bad: str) -> None:
    root = PureWindowsPath("C:\\") if system == "windows" else PurePosixPath("/srv")
    with pytest.raises(UsageError) as refused:
        written(system, config=root / f"a{bad}b" / "site.toml")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("system", "path"),
    [
        ("systemd", "site.toml"),
        ("systemd", "/srv/../etc/site.toml"),
        ("systemd", "//srv/site.toml"),
        ("systemd", "/tmp/site.toml"),
        ("systemd", "/var/tmp/study/site.toml"),
        ("systemd", "C:\\study\\site.toml"),
        ("cron", "study/site.toml"),
        ("cron", "/srv/" + "a" * 900),
        ("windows", "/srv/site.toml"),
        ("windows", "site.toml"),
        ("windows", "D:site.toml"),
        ("windows", "C:\\"),
        ("windows", "\\\\server\\share\\site.toml"),
        ("windows", "C:\\a\\..\\site.toml"),
        ("windows", "C:\\%TEMP%\\site.toml"),
        ("windows", "C:\\$(Arg0)\\site.toml"),
        ("windows", "C:\\study\\site.toml:hidden"),
    ],
)
def test_a_path_that_is_not_whole_or_cannot_be_reached_is_refused(system: str, path: str) -> None:
    kind = PureWindowsPath if system == "windows" else PurePosixPath
    with pytest.raises(UsageError):
        written(system, config=kind(path))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("user", ["", " finder", "a;b", "a\nUser=root", "a:b", "-->", "%u", "a\\b\\c"])
def test_an_account_that_cannot_be_one_is_refused(system: str, user: str) -> None:
    with pytest.raises(UsageError):
        written(system, user=user)


def test_other_systems_and_times_are_refused() -> None:
    with pytest.raises(UsageError, match="windows, systemd, cron"):
        written("launchd")
    for at in (time(2, 30, 1), time(2, 30, tzinfo=UTC)):
        with pytest.raises(UsageError):
            written("cron", at=at)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_steps_come_first(system: str) -> None:
    lines = written(system).splitlines()
    first = {"windows": 1}.get(system, 0)
    assert lines[first].startswith("<!--" if system == "windows" else "# Casefinder every night at 02:30")
    steps = [int(n) for n in re.findall(r"^[# ]*(\d)\. ", "\n".join(lines), re.M)]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) >= 4


# systemd


def test_the_service_is_shut_in() -> None:
    service, _ = units(written("systemd"))
    lines = set(service.splitlines())
    assert lines >= {
        "Type=oneshot",
        "User=finder",
        "PrivateNetwork=yes",
        "RestrictAddressFamilies=AF_UNIX",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "UMask=0077",
        "LimitCORE=0",
        "TimeoutStartSec=12h",
    }
    assert setting(service, "ReadWritePaths") == [f'"{OUT}"']


@pytest.mark.parametrize(
    ("config", "writes", "reads", "expected"),
    [
        ("/srv/site.toml", "/srv/out", (), "yes"),
        ("/home/jo/site.toml", "/srv/out", (), "read-only"),
        ("/srv/site.toml", "/root/out", (), "read-only"),
        ("/srv/site.toml", "/srv/out", ("/srv/extract", "/home/jo/python"), "read-only"),
        ("/homes/site.toml", "/srv/out", (), "yes"),
    ],
)
def test_homes_are_hidden_unless_the_night_needs_one(
    config: str, writes: str, reads: tuple[str, ...], expected: str
) -> None:
    text = written(
        "systemd", PurePosixPath(config), writes=(PurePosixPath(writes),), reads=tuple(map(PurePosixPath, reads))
    )
    assert setting(units(text)[0], "ProtectHome") == [expected]


def test_a_service_that_may_write_nowhere_or_everywhere_is_refused() -> None:
    for writes in ((), (PurePosixPath("/"),)):
        with pytest.raises(UsageError):
            written("systemd", writes=writes)


def test_the_timer_is_daily_and_makes_up_for_a_missed_night() -> None:
    _, timer = units(written("systemd", at=time(23, 5)))
    read = configparser.ConfigParser(strict=True, interpolation=None)
    read.read_string(timer)
    assert read["Timer"]["OnCalendar"] == "*-*-* 23:05:00"
    assert read["Timer"]["Persistent"] == "yes"
    assert read["Install"]["WantedBy"] == "timers.target"


@on_a_posix_shell
def test_the_shell_writes_both_files_as_they_are_printed(tmp_path: Path) -> None:
    text = written("systemd", PurePosixPath("/srv/$HOME/`id`/site.toml"))
    script = text.replace("/etc/systemd/system", str(tmp_path))
    subprocess.run(["/bin/sh", "-c", script], check=True, capture_output=True)
    found = {path.name: path.read_text().removesuffix("\n") for path in tmp_path.iterdir()}
    service, timer = units(text)
    assert found == {"casefinder-nightly.service": service, "casefinder-nightly.timer": timer}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="asks systemd itself")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    service, timer = units(written("systemd", program=PurePosixPath("/bin/true"), user="root"))
    files = {tmp_path / "casefinder-nightly.service": service, tmp_path / "casefinder-nightly.timer": timer}
    for path, unit in files.items():
        path.write_text(unit)
    asked = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
    about_ours = [line for line in asked.stderr.splitlines() if "casefinder-nightly" in line]
    assert about_ours == []
    assert asked.returncode == 0


# cron


def test_the_table_sets_shell_path_and_no_mail_and_nothing_else() -> None:
    lines = [line for line in written("cron").splitlines() if line and not line.startswith("#")]
    assert lines[:-1] == ["SHELL=/bin/sh", "PATH=/usr/local/bin:/usr/bin:/bin", 'MAILTO=""']


@on_a_posix_shell
def test_the_shell_starts_the_program_and_its_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s 100% "mine" & <é> $HOME'
    folder.mkdir()
    program = folder / "casefinder"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$3.told"\n')
    program.chmod(0o700)
    text = written("cron", folder / "site.toml", program)
    subprocess.run(["/bin/sh", "-c", cron_command(text)], check=True)
    told = folder / "site.toml.told"
    assert told.read_text().splitlines() == ["nightly", "--config", str(folder / "site.toml")]
    assert told.stat().st_mode & 0o777 == 0o600


# The Windows task: what the published schema of version 1.2 lets stand where, in the order in which it lists it.
# In a trigger the order is prescribed; elsewhere it is free, and kept all the same.

BOOLEAN = "true|false"
DURATION = r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?"
CHILDREN = {
    "Task": ["RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"],
    "RegistrationInfo": ["URI", "Source", "Date", "Author", "Version", "Description"],
    "Triggers": ["CalendarTrigger"],
    "CalendarTrigger": [
        *("Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit"),
        *("RandomDelay", "ScheduleByDay"),
    ],
    "ScheduleByDay": ["DaysInterval"],
    "Settings": [
        *("AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries"),
        *("StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName"),
        *("RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings"),
        *("NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle"),
    ],
    "Principals": ["Principal"],
    "Principal": ["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"],
    "Actions": ["Exec"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}
VALUES = {
    "Description": ".+",
    "StartBoundary": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",  # no zone: the clock of the machine
    "DaysInterval": "[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-5]",
    "MultipleInstancesPolicy": "Parallel|IgnoreNew|Queue|StopExisting",
    "ExecutionTimeLimit": DURATION,
    "Priority": "[0-9]|10",
    "LogonType": "S4U|Password|InteractiveToken|InteractiveTokenOrPassword",
    "RunLevel": "LeastPrivilege|HighestAvailable",
    **dict.fromkeys(("UserId", "Command", "Arguments"), ".+"),
    **dict.fromkeys(("AllowStartOnDemand", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries"), BOOLEAN),
    **dict.fromkeys(("AllowHardTerminate", "StartWhenAvailable", "RunOnlyIfNetworkAvailable"), BOOLEAN),
    **dict.fromkeys(("WakeToRun", "Enabled", "Hidden"), BOOLEAN),
}
SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def faults(element: ET.Element) -> list[str]:
    name = element.tag.removeprefix(SPACE)
    if name in VALUES:
        return [] if not len(element) and re.fullmatch(VALUES[name], element.text or "") else [f"{name}: value"]
    if name not in CHILDREN:
        return [f"{name}: unknown"]
    names = [child.tag.removeprefix(SPACE) for child in element]
    here = [] if names == [one for one in CHILDREN[name] if one in names] else [f"{name}: {names}"]
    return here + [fault for child in element for fault in faults(child)]


def test_the_task_keeps_the_schema() -> None:
    task = ET.fromstring(written("windows"))
    assert faults(task) == []
    assert task.get("version") == "1.2"
    principal, actions = task.find(".//{*}Principal"), task.find("{*}Actions")
    assert principal is not None and actions is not None
    assert principal.get("id") == actions.get("Context")


def test_the_schema_here_notices_what_is_wrong() -> None:
    text = written("windows")
    boundary = re.search(r" *<StartBoundary>.*\n", text)
    assert boundary
    late = text.replace(boundary[0], "").replace("</ScheduleByDay>\n", f"</ScheduleByDay>\n{boundary[0]}")
    for wrong in (late, text.replace("S4U<", "S4u<"), text.replace("PT12H", "12H"), text.replace("WakeToRun", "Wake")):
        assert faults(ET.fromstring(wrong))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("StartWhenAvailable", "true"),
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("RunOnlyIfNetworkAvailable", "false"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("WakeToRun", "true"),
        ("ExecutionTimeLimit", "PT12H"),
        ("LogonType", "S4U"),
        ("RunLevel", "LeastPrivilege"),
        ("UserId", "PRACTICE\\jo"),
        ("StartBoundary", "2026-01-01T02:30:00"),
    ],
)
def test_the_task_says(name: str, value: str) -> None:
    assert ET.fromstring(written("windows", user="PRACTICE\\jo")).findtext(f".//{SPACE}{name}") == value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "cp850"])
def test_the_task_is_read_alike_however_it_was_saved(encoding: str) -> None:
    config = PureWindowsPath("C:\\Studie é 漢😀\\site.toml")
    saved = written("windows", config, user="Zoë").encode(encoding)
    assert "encoding" not in saved.decode(encoding).splitlines()[0]
    assert ET.fromstring(saved).findtext(f".//{SPACE}UserId") == "Zoë"
    assert windows_command(saved.decode(encoding))[1] == str(config)
