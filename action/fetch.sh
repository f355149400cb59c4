#!/usr/bin/env bash
# The fetch step of action.yml: takes the binary of a release and leaves it only where its SHA-256 stands in `checksums.txt` of this commit.
# Whoever pins the Action by commit pins the binary with it: neither a moved tag nor a replaced file of the release changes what runs.
set -euo pipefail
source "$GITHUB_ACTION_PATH/action/path.sh"

repository=crosspeer/crosspeer

refuse() {
  printf '::error title=crosspeer::%s\n' "$1"
  exit 1
}

version="${VERSION:-}"
version="${version#v}"
[[ "$version" =~ ^[0-9A-Za-z.+-]*$ ]] || refuse "input \`version\`: expected a release such as 0.2.0, or \`source\`"

case "${RUNNER_OS:-} ${RUNNER_ARCH:-}" in
  "Linux X64") target=x86_64-unknown-linux-musl ;;
  "Linux ARM64") target=aarch64-unknown-linux-musl ;;
  "macOS X64") target=x86_64-apple-darwin ;;
  "macOS ARM64") target=aarch64-apple-darwin ;;
  "Windows X64") target=x86_64-pc-windows-msvc ;;
  *) refuse "no binary is released for this runner (${RUNNER_OS:-unknown system}, ${RUNNER_ARCH:-unknown processor}): set \`version: source\` to build one, or \`path-to-binary\`" ;;
esac

# The first line for this target is the newest release.
expected=""
while read -r of for sum _; do
  if [ "$for" = "$target" ] && [ "${version:-$of}" = "$of" ]; then
    version="$of" expected="$sum"
    break
  fi
done < <(grep -v '^#' "$GITHUB_ACTION_PATH/checksums.txt")
[[ "$expected" =~ ^[0-9a-f]{64}$ ]] ||
  refuse "\`checksums.txt\` of this commit holds no release ${version:+$version }for $target: pin a commit that does, set \`version: source\` to build crosspeer here, or \`path-to-binary\`"

folder="$(mktemp -d "${RUNNER_TEMP:-/tmp}/crosspeer-binary.XXXXXXXX")"
# Names without a folder from here on: tar takes the colon of a Windows path for the name of a host.
cd "$folder"
archive="crosspeer-$target.tar.gz"
curl --fail --silent --show-error --location --proto '=https,file' --proto-redir '=https' --retry 3 --max-time 120 \
  --output "$archive" --url "$RELEASES/v$version/$archive" ||
  refuse "crosspeer $version cannot be downloaded; for a machine without network set \`path-to-binary\`"

actual="$({ sha256sum "$archive" 2>/dev/null || shasum -a 256 "$archive"; } | cut -d ' ' -f 1)"
if [ "$actual" != "$expected" ]; then
  rm -f "$archive"
  refuse "the binary of crosspeer $version for $target is not the one that \`checksums.txt\` names: it has SHA-256 $actual, and is not run"
fi

# The attestation says besides that the release workflow built it. It asks GitHub, so it needs a token of github.com.
if [ "${GITHUB_SERVER_URL:-}" = https://github.com ] && [ -n "${GH_TOKEN:-}" ] && gh attestation verify --help >/dev/null 2>&1; then
  gh attestation verify "$archive" --repo "$repository" --signer-workflow "$repository/.github/workflows/release.yml" ||
    refuse "the attestation of crosspeer $version for $target does not verify: it is not run"
else
  echo "the SHA-256 matches; the attestation is not verified, because gh cannot do so here"
fi

binary=crosspeer
[ "${RUNNER_OS:-}" != Windows ] || binary=crosspeer.exe
tar -xzf "$archive" "$binary"
echo "binary=$folder/$binary" >>"${GITHUB_OUTPUT:-/dev/null}"
