"""What every calendar we write keeps, whoever reads it."""

import re


def lint(text):
    """Return what is wrong with a calendar's bytes; an empty list is right."""
    data = text.encode() if isinstance(text, str) else text
    wrong = []
    if data.replace(b"\r\n", b"").count(b"\n") or data.replace(b"\r\n", b"").count(b"\r"):
        wrong.append("a line end that is no CRLF")
    lines = data.split(b"\r\n")
    if lines[-1] != b"":
        wrong.append("no CRLF at the end")
    wrong += [f"{len(line)} octets: {line[:30]!r}" for line in lines if len(line) > 75]
    for line in lines:
        line.decode()  # folding never cuts inside a character
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data):
        wrong.append("a control character")
    unfolded = data.decode().replace("\r\n ", "").split("\r\n")
    depth, names = 0, []
    for line in unfolded:
        name = re.split("[;:]", line, maxsplit=1)[0]
        depth += (name == "BEGIN") - (name == "END")
        if depth == 1 and name == "UID":
            wrong.append("a UID of the calendar itself")
        if depth == 1:
            names.append(name)
        if name in {"DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED"} and not re.search(r":\d{8}T\d{6}Z$", line):
            wrong.append(f"not in UTC: {line}")
        if "TZID=" in line:
            wrong.append(f"a zone without its definition: {line}")
    if names.count("METHOD") != 1:
        wrong.append("not exactly one METHOD")
    return wrong


def method_of(text):
    """Return the METHOD of a calendar."""
    return re.search(r"^METHOD:(\w+)\r$", text, re.MULTILINE)[1]
