#!/usr/bin/env bash
# Gradescope runs this for each submission, and reads results/results.json afterward.
set -uo pipefail
shopt -s nullglob
cd "$${AUTOGRADER:-/autograder}" || exit 1
export NOMOCKS_POSTGRES="$${NOMOCKS_POSTGRES:-embedded}"

mkdir -p results
graded=$$(mktemp -d)
nomocks/bin/nomocks grade submission --assignment $slug --solutions source/solutions \
    --into "$$graded/out" --format gradescope --reveal $reveal

# One notebook, one result. Whatever else happened, there is no score.
found=("$$graded"/out/students/*.gradescope.json)
if [ "$${#found[@]}" -eq 1 ]; then
    cp "$${found[0]}" results/results.json
else
    cp source/not_graded.json results/results.json
fi
rm -rf "$$graded"
