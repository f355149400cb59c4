#!/usr/bin/env bash
# The scan step of action.yml. Everything comes in by environment, so that no input is ever parsed as shell.
set +e -uo pipefail
source "$GITHUB_ACTION_PATH/action/path.sh"

# A name that begins with a dash is a path all the same: no option, and no standard input.
as_path() {
  case "$1" in
    -*) printf '%s' "./$1" ;;
    *) printf '%s' "$1" ;;
  esac
}

arguments=(scan)
# Adds an option for each line of a list, without the space around it.
each() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [ -z "$line" ] || arguments+=("$1=$(as_path "$line")")
  done <<<"$2"
}
each --plan "${PLAN:-}"
each --plan-file "${PLAN_FILE:-}"
each --manifests "${MANIFESTS:-}"
each --chart "${CHART:-}"
each --base "${BASE:-}"
each --base "${BASE_PLAN:-}"
each --tf "${TERRAFORM_DIR:-}"
each --facts "${FACTS:-}"
each --rules "${RULES:-}"
each --config "${CONFIG:-}"
each --baseline "${BASELINE:-}"
[ -z "${MIN_SEVERITY:-}" ] || arguments+=("--min-severity=$MIN_SEVERITY")
[ -z "${FAIL_ON:-}" ] || arguments+=("--fail-on=$FAIL_ON")
[ "${NEW_ONLY:-}" != true ] || arguments+=(--new-only)
[ "${STRICT:-}" != true ] || arguments+=(--strict)

# A folder of this use's own: a job may use the action twice, and must not upload the first one's report again.
out="$(mktemp -d "${RUNNER_TEMP:-/tmp}/crosspeer.XXXXXXXX")" || exit 1
for format in sarif json markdown github; do
  arguments+=(--format "$format" --output "$out/crosspeer.$format")
done
arguments+=(--format text --output -)

binary="${BINARY:?expected the path of a crosspeer binary}"
case "$binary" in
  /* | [A-Za-z]:[/\\]*) ;;
  *) binary="./$binary" ;;
esac

# The runner takes nothing of what is printed in between for a command.
pause="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
echo "::stop-commands::$pause"
"$binary" "${arguments[@]}" 2>&1
code=$?
printf '\n::%s::\n' "$pause"

if [ "${ANNOTATIONS:-}" = true ] && [ -f "$out/crosspeer.github" ]; then
  grep -E '^::(error|warning|notice) ' "$out/crosspeer.github"
fi
if [ "${SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$out/crosspeer.markdown" ]; then
  head -c 900000 "$out/crosspeer.markdown" >>"$GITHUB_STEP_SUMMARY"
fi

# What cannot be counted is not taken as whole.
outcome="$(python3 -I "$GITHUB_ACTION_PATH/action/outcome.py" "$out/crosspeer.json")" || outcome="complete=false"
if [ -f "$out/crosspeer.sarif" ] && [[ "$outcome" == *complete=false* ]]; then
  echo "::notice title=crosspeer::part of the input could not be read: the report is not uploaded, because alerts of that part would count as closed"
fi
{
  printf 'exit-code=%s\n%s\n' "$code" "$outcome"
  for format in sarif json markdown; do
    [ ! -f "$out/crosspeer.$format" ] || echo "$format-file=$out/crosspeer.$format"
  done
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit 0
