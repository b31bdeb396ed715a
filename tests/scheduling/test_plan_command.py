"""``manage.py plan``: a session on standard input, its plan on standard output."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from scheduling.planning import Plan, StreamedSpec, from_json, plan_streamed


def run(text: str, monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("plan", *options, stdout=out)
    return out.getvalue()


def test_the_plan_is_printed_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run('{"target": 5, "show_probs": [0.2, 0.3]}', monkeypatch, "--json")

    assert from_json(Plan, json.loads(printed)) == plan_streamed(StreamedSpec(target=5, show_probs=(0.2, 0.3)))


def test_a_refined_plan_is_no_dearer_and_the_same_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    described = '{"target": 5, "show_probs": [0.2, 0.3, 0.4, 0.25, 0.5, 0.6], "invite": 6}'

    quick = json.loads(run(described, monkeypatch, "--json"))
    refined = [json.loads(run(described, monkeypatch, "--json", "--refine", "20")) for _ in range(2)]

    assert refined[0] == refined[1]
    assert refined[0]["cost"] <= quick["cost"]


def test_the_text_says_how_many_to_invite_for_the_whole_range(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run('{"target": 5}', monkeypatch)
    told = json.loads(run('{"target": 5}', monkeypatch, "--json"))

    assert f"invite {told['invite_for_range']} to be as sure" in printed


def test_a_group_is_printed_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run('{"format": "group", "target": 5, "seats": 8, "spread": 0.0}', monkeypatch)

    assert printed.splitlines()[0] == "Invite 38: 4 to 12 come, 7.6 on average."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", "session: an object"),
        ('{"format": "dance"}', "format: 'dance'"),
        ('{"target": 5, "show_probs": [1.5]}', "show_probs: 1.5"),
        (" " * 1_000_001, "longer than"),
    ],
)
def test_what_cannot_be_planned_is_said_in_one_sentence(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=message):
        run(text, monkeypatch, "--json")
