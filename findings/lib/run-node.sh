# Sourced by the findings that need Node alone: installs the packages that it is given, pinned, in a
# temporary folder and runs the module on standard input there. Ends with the module's status.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/check.mjs"
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "$@"
node check.mjs
