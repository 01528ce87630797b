#!/usr/bin/env python3
"""Serves the lab beside this file to this machine, with Python 3.7 or newer and nothing else.

    python3 serve.py [--port N]
"""

import argparse
import http.server
import os
import re
import sys
import webbrowser
from functools import partial

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "app")
DEFAULT_PORT = 4180
TRIED_PORTS = 20

# Python reads most types from the machine, whose list may be old or, on Windows, wrong.
TYPES = {
    "": "application/octet-stream",
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".safetensors": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".zip": "application/zip",
}

# As in the lab's repository, scripts/lib/headers.mjs.
HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "connect-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # This server answers this machine alone, whose names are secure origins.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
NAMES = ("localhost", "127.0.0.1", "[::1]")


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = TYPES
    protocol_version = "HTTP/1.1"

    def end_headers(self):
        hashed = self.path.startswith("/assets/")
        cached = "max-age=31536000, immutable" if hashed else "no-cache"
        self.send_header("Cache-Control", cached)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_head(self):
        # A page elsewhere may have its own name lead to this machine, to read what is served here.
        name = re.sub(r":\d+$", "", self.headers.get("Host", "").lower())
        if name not in NAMES:
            self.send_error(421, "Misdirected Request", "Open the lab at localhost.")
            return None
        return super().send_head()

    def list_directory(self, path):
        self.send_error(404, "There is no list of files here.")

    def log_message(self, *_):
        pass


def listen(wanted):
    """A server at the wanted port, or at the next free one."""
    last = wanted + TRIED_PORTS if wanted else 0
    for port in range(wanted, last + 1):
        try:
            handler = partial(Handler, directory=FOLDER)
            return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    sys.exit(
        f"Ports {wanted} to {last} are all taken by other programs. "
        "Stop one of them, or name a free port: --port N."
    )


def main():
    parser = argparse.ArgumentParser(description="Serves Plasticity Lab to this machine.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args()
    if not 0 <= options.port <= 65535:
        sys.exit(f"--port is {options.port}; it must be an integer from 0 to 65535.")
    if not os.path.isfile(os.path.join(FOLDER, "index.html")):
        sys.exit(f"{FOLDER} is missing: unpack the whole archive, then start again.")
    server = listen(options.port)
    url = f"http://localhost:{server.server_port}/"
    print(f"Plasticity Lab is at {url}\nStop it with Ctrl+C.", flush=True)
    if not options.no_browser:
        webbrowser.open(url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
