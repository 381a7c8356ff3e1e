#!/bin/sh
# Print a working Python of exactly version $1 (like 3.12), or nothing: from PATH, pyenv or uv.
set -eu
version=$1

is_version() {
    "$1" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" >/dev/null 2>&1
}

for candidate in \
    "python$version" \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python \
    "$(uv python find --no-python-downloads "$version" 2>/dev/null || true)"; do
    if [ -n "$candidate" ] && is_version "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done
