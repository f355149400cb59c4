#!/usr/bin/env bash
# The scan step of action.yml. Everything comes in by environment, so that no input is ever parsed as shell.
set +e -uo pipefail

# Programs (helm, kubectl) are those of the machine: folders of the checkout, and such as begin where the step runs, are left out of the path.
path=""
while IFS= read -r -d : folder; do
  case "$folder/" in
    "${GITHUB_WORKSPACE:-/nowhere}"/*) ;;
    /*) path="$path${path:+:}$folder" ;;
  esac
done <<<"$PATH:"
PATH="$path"

binary="${BINARY:?expected the path of a crosspeer binary}"

# A folder of this use's own: a job may use the action twice, and must not upload the first one's report again.
out="$(mktemp -d "${RUNNER_TEMP:-/tmp}/crosspeer.XXXXXXXX")" || exit 1
arguments=(scan --format sarif --output "$out/crosspeer.sarif" --format json --output "$out/crosspeer.json" --format markdown --output "$out/crosspeer.md" --format text --output -)

while IFS= read -r plan; do
  [ -z "$plan" ] || arguments+=("--plan=$plan")
done <<<"${PLAN:-}"
while IFS= read -r manifests; do
  [ -z "$manifests" ] || arguments+=("--manifests=$manifests")
done <<<"${MANIFESTS:-}"
while IFS= read -r base; do
  [ -z "$base" ] || arguments+=("--base=$base")
done <<<"${BASE:-}"
[ -z "${TERRAFORM_DIR:-}" ] || arguments+=("--tf=$TERRAFORM_DIR")
[ -z "${RULES:-}" ] || arguments+=("--rules=$RULES")
[ -z "${CONFIG:-}" ] || arguments+=("--config=$CONFIG")
[ -z "${MIN_SEVERITY:-}" ] || arguments+=("--min-severity=$MIN_SEVERITY")
[ -z "${FAIL_ON:-}" ] || arguments+=("--fail-on=$FAIL_ON")
[ "${NEW_ONLY:-false}" != true ] || arguments+=(--new-only)

"$binary" "${arguments[@]}"
code=$?

{
  echo "exit-code=$code"
  [ ! -f "$out/crosspeer.sarif" ] || echo "sarif-file=$out/crosspeer.sarif"
  [ ! -f "$out/crosspeer.json" ] || echo "json-file=$out/crosspeer.json"
} >>"${GITHUB_OUTPUT:-/dev/null}"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$out/crosspeer.md" ]; then
  head -c 900000 "$out/crosspeer.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit 0
