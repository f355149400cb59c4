# shellcheck shell=bash
# Sourced by every step: takes folders of the checkout, and such as begin where the step runs, out of the path, so that a pull request
# chooses no program. GITHUB_WORKSPACE is the checkout; folders are compared by where they really are.
workspace="$(cd "${GITHUB_WORKSPACE:-/nowhere}" 2>/dev/null && pwd -P)" || workspace=/nowhere
path=""
while IFS= read -r -d : folder; do
  case "$folder" in
    /*) ;;
    *) continue ;;
  esac
  real="$(cd "$folder" 2>/dev/null && pwd -P)" || continue
  case "$real/" in
    "$workspace"/*) ;;
    *) path="$path${path:+:}$folder" ;;
  esac
done <<<"$PATH:"
PATH="$path"
