#!/bin/sh
# Make a virtual environment with the pinned packages and the `wardlake` command; $1 is the stamp to leave in
# its folder (.venv, say) when all of it is done.
set -eu
stamp=$1
venv=$(dirname "$stamp")
log=$venv/setup.log

fail() {
    printf 'setup: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer"
        echo "$PYTHON"
        return
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer found (tried python3, python3.14 … python3.11). Install one, or name it: make setup PYTHON=/path/to/python3"
}

make_venv() {
    python=$(find_python)
    # A venv whose interpreter went away, or an old one, is made anew.
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "'$python -m venv $venv' failed. On Debian and Ubuntu, venv is a package of its own: install python3-venv."
}

# pip's own output is long: it goes to a log, and one line counts the packages.
pip_install() {
    title=$1
    shift
    {
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off "$@" 2>&1 && echo ok || echo failed
    } | {
        packages=0
        outcome=failed
        while IFS= read -r line; do
            outcome=$line
            printf '%s\n' "$line" >>"$log"
            case $line in
            Collecting*)
                packages=$((packages + 1))
                if [ -t 2 ]; then printf '\r%s: %d packages' "$title" "$packages" >&2; fi
                ;;
            "Installing collected"*) if [ -t 2 ]; then printf '\r%s: %d packages, installing' "$title" "$packages" >&2; fi ;;
            esac
        done
        if [ -t 2 ]; then printf '\n' >&2; fi
        [ "$outcome" = ok ]
    } || {
        tail -n 15 "$log" >&2
        fail "pip could not install the packages; its whole output is in $log. Try 'make setup' again when the cause is gone."
    }
}

rm -f "$stamp"
is_new_enough "$venv/bin/python" || make_venv
: >"$log"
echo "setup: installing the pinned packages into $venv (once, about a minute)" >&2
pip_install "setup: pinned packages" --require-hashes -r requirements.txt
pip_install "setup: wardlake" --no-deps --no-build-isolation -e .
touch "$stamp"
echo "setup: done" >&2
