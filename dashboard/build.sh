#!/usr/bin/env bash
# Builds and tests Weft's dashboard, as Maven asks it to:
#
#   build.sh build FOLDER   the page's files, into FOLDER
#   build.sh test           types and unit tests
#
# Each does nothing if nothing changed since it went well. Without Node.js 20.19 or later, or where its
# packages cannot be had, it says so and ends with 0: a server without the page says that it has none.
# WEFT_DASHBOARD=off leaves it out. Works with bash 3.2 and later.

set -u

HERE=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" > /dev/null && pwd) || exit 1
STATE=$HERE/target

say() { printf 'dashboard: %s\n' "$*" >&2; }

leave_out() {
  say "$*; left out"
  exit 0
}

has_node() {
  command -v npm > /dev/null 2>&1 && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);' 2> /dev/null
}

# Packages as the lock says; fetched only when that changed.
packages() {
  if ! cmp -s package-lock.json node_modules/.weft-lock; then
    npm ci --no-audit --no-fund --prefer-offline > "$STATE/npm.log" 2>&1 || return 1
    cp package-lock.json node_modules/.weft-lock
  fi
}

# Whether nothing changed since the file $1 was written.
is_done() {
  [ -f "$1" ] && [ -z "$(find src test public ./*.json ./*.ts ./*.html build.sh -newer "$1" -print |
    head -n 1)" ]
}

# Runs a command; shows what it said only if it fails.
run() {
  if ! "$@" > "$STATE/run.log" 2>&1; then
    cat "$STATE/run.log" >&2
    say "failed: $*"
    exit 1
  fi
}

build() {
  if ! is_done "$STATE/built"; then
    rm -f "$STATE/built"
    run npx --no-install tsc --noEmit
    WEFT_DASHBOARD_OUT=$STATE/dist run npx --no-install vite build
    touch "$STATE/built"
  fi
  mkdir -p "$1"
  if ! diff -rq "$STATE/dist" "$1" > /dev/null 2>&1; then
    rm -rf "${1:?}"
    cp -R "$STATE/dist" "$1"
  fi
}

check() {
  if ! is_done "$STATE/tested"; then
    rm -f "$STATE/tested"
    run npm test
    touch "$STATE/tested"
  fi
}

[ "${WEFT_DASHBOARD:-on}" != off ] || leave_out "WEFT_DASHBOARD is off"
has_node || leave_out "no Node.js 20.19 or later with npm found"
cd "$HERE" || exit 1
mkdir -p "$STATE"
packages || leave_out "npm ci failed, see $STATE/npm.log"

case ${1:-} in
  build) build "${2:?folder}" ;;
  test) check ;;
  *)
    say "${1:-nothing} (expected: build FOLDER, or test)"
    exit 2
    ;;
esac
