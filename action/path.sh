# shellcheck shell=bash
# Sourced by every step: takes folders of the checkout, and such as begin where the step runs, out of the path, so that a pull request
# chooses no program. GITHUB_WORKSPACE is the checkout.
path=""
while IFS= read -r -d : folder; do
  case "$folder/" in
    "${GITHUB_WORKSPACE:-/nowhere}"/*) ;;
    /*) path="$path${path:+:}$folder" ;;
  esac
done <<<"$PATH:"
PATH="$path"
