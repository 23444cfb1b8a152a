"""What the Task Scheduler is given: in the order and with the values that its schema allows."""

import re
import xml.etree.ElementTree as ET
from pathlib import PureWindowsPath

import pytest

from tests.night.schedules import (
    windows_command,
    written,
)

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
