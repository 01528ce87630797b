#!/bin/sh
# Serves the lab beside this file and opens the browser: with Node where there is one, else with Python.
cd "$(dirname "$0")" || exit 1
if command -v node >/dev/null 2>&1; then exec node serve.mjs "$@"; fi
if command -v python3 >/dev/null 2>&1; then exec python3 serve.py "$@"; fi
echo 'Neither Node nor Python 3 was found. Install one of them (https://nodejs.org, https://www.python.org), then start again.'
echo 'Press Enter to close.'
read -r _
exit 1
