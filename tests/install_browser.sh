#!/bin/sh
# Makes sure that a Chromium is there for the browser tests: one that is installed, else the
# system's package, else Playwright's own download.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1; then
  sudo=""
  if [ "$(id -u)" -ne 0 ]; then sudo="sudo -n"; fi
  if $sudo true 2>/dev/null || [ -z "$sudo" ]; then
    if $sudo apt-get update -qq && $sudo apt-get install -y -qq chromium; then exit 0; fi
  fi
fi
"$1/python" -m playwright install chromium
