"""A node starts within two seconds, because of what it does not import."""

import subprocess
import sys

LATE = {
    "OpenSSL": "of webauthn",
    "aiohttp": "a node that calls nobody needs no client",
    "duckdb": "never in the serving process",
    "feedparser": "the connector of feeds",
    "joserfc": "another house's sign-in",
    "osmium": "the import of a map",
    "paho": "the connector of MQTT",
    "pyld": "foreign contexts",
    "sklearn": "learning is another process's",
    "typst": "paper is another process's",
    "webauthn": "passkeys",
}


def test_what_few_nodes_need_is_not_imported_at_the_start() -> None:
    code = "import sys, hansa.app.cli; print(*{one.partition('.')[0] for one in sys.modules})"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    loaded = set(answer.stdout.split())
    assert "hansa" in loaded
    assert sorted(loaded & LATE.keys()) == []
