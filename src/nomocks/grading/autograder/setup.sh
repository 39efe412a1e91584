#!/usr/bin/env bash
# Gradescope runs this once, as root, in an image of Ubuntu.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cd "${AUTOGRADER:-/autograder}"

apt-get update
apt-get install --yes --no-install-recommends bubblewrap libseccomp2 python3 python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    apt-get install --yes --no-install-recommends python3.11 python3.11-venv
    python=python3.11
fi

"$python" -m venv nomocks
nomocks/bin/pip install --quiet --no-deps --require-hashes --requirement source/requirements.lock
nomocks/bin/pip install --quiet --no-deps --no-build-isolation ./source
chmod -R go-rwx source # the planted bugs are in it
nomocks/bin/nomocks doctor || echo "There is no sandbox here, so nothing will be graded." >&2
