"""The emulator as a process of its own."""

import json
import subprocess
import sys

import httpx

from tests.emulator.mail import compose


def test_it_serves_a_folder_and_says_how_to_reach_it(tmp_path):
    (tmp_path / "a.eml").write_bytes(compose())
    command = [sys.executable, "-m", "sync.emulator", "--mbox", str(tmp_path), "--address", "alice@fairfield.example"]
    with subprocess.Popen([*command, "--warm"], stdout=subprocess.PIPE, text=True) as process:
        try:
            ready = json.loads(process.stdout.readline())
            headers = {"Authorization": f"Bearer {ready['access_token']}"}
            profile = httpx.get(f"{ready['url']}/gmail/v1/users/me/profile", headers=headers).json()
        finally:
            process.terminate()
    assert (ready["messages"], ready["threads"]) == (1, 1)
    assert profile["emailAddress"] == ready["address"] == "alice@fairfield.example"
    assert profile["messagesTotal"] == 1
