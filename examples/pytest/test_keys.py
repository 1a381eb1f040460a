"""Tests of Python code that calls the keys API, against keysmock. Each test has an account of its own, so they can run in parallel.

From the project's directory: pytest examples/pytest
"""

import json
import os
import shlex
import subprocess
import urllib.error
import urllib.request

import pytest


class Account:
    """An account of the mock. In a real suite, the client under test takes the place of call."""

    def __init__(self, url, api_key=""):
        self.url, self.api_key = url, api_key

    def call(self, method, path, body=None):
        """Returns the status, the headers and the JSON of a response."""
        request = urllib.request.Request(self.url + path, method=method, headers={"X-API-Key": self.api_key, "Content-Type": "application/json"})
        request.data = None if body is None else json.dumps(body).encode()
        try:
            response = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return response.status, response.headers, json.loads(response.read() or b"null")


@pytest.fixture(scope="session")
def mock_url(tmp_path_factory):
    """Runs keysmock for the session. KEYSMOCK names the program; without it, it is built."""
    program = os.environ.get("KEYSMOCK")
    if not program:
        program = str(tmp_path_factory.mktemp("bin") / "keysmock")
        subprocess.run(["go", "build", "-o", program, "./cmd/keysmock"], check=True)
    command = [program, "-addr", "127.0.0.1:0", "-log", "off", "-control-token="]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        says = dict(shlex.split(process.stdout.readline())[0].split("=", 1) for _ in range(2))
        yield says["QAI_BASE_URL"]
        process.terminate()


@pytest.fixture
def account(mock_url):
    """Makes an account with two keys."""
    status, _, made = Account(mock_url).call("POST", "/_mock/accounts", {"keys": 2})
    assert status == 201, made
    return Account(mock_url, made["api_key"])


def test_a_mint_whose_response_is_lost(account):
    account.call("POST", "/_mock/faults", {"operation": "createKey", "after": True, "status": 503})
    status, _, _ = account.call("POST", "/qai/v1/keys", {"name": "ci"})
    assert status == 503
    _, _, state = account.call("GET", "/_mock/keys")
    assert [key["name"] for key in state["keys"]] == ["key 1", "key 2", "ci"], "the gateway has minted it"
    _, _, journal = account.call("GET", "/_mock/requests?operation=createKey")
    assert len(journal["requests"]) == 1, "a mint must not be sent twice"


def test_too_many_requests(account):
    account.call("POST", "/_mock/faults", {"status": 429, "retry_after_seconds": 7})
    status, headers, error = account.call("GET", "/qai/v1/keys")
    assert (status, headers["Retry-After"], error["error"]["code"]) == (429, "7", "rate_limit")
    status, _, listed = account.call("GET", "/qai/v1/keys")
    assert (status, len(listed["keys"])) == (200, 2)
