#!/usr/bin/env bash
# The build step of action.yml, for `version: source`. Nothing of the checkout may bear on what is built: cargo reads `.cargo/config.toml`
# of every folder above the one it runs in, rustup `rust-toolchain.toml`, and either would run programs of a pull request. So the sources are
# copied next to nothing, and built there by a fixed toolchain, with a fixed target folder and no variable that steers cargo.
set -euo pipefail
source "$GITHUB_ACTION_PATH/action/path.sh"

toolchain=1.95.0

temporary="${RUNNER_TEMP:-/tmp}"
work="$(mktemp -d "$temporary/crosspeer-build.XXXXXXXX")"
mkdir "$work/source" "$work/target"
for part in Cargo.toml Cargo.lock src rules benches README.md; do
  [ ! -e "$GITHUB_ACTION_PATH/$part" ] || cp -R "$GITHUB_ACTION_PATH/$part" "$work/source/$part"
done

kept=("PATH=$PATH" "HOME=$HOME" "CARGO_TARGET_DIR=$work/target")
for name in CARGO_HOME RUSTUP_HOME TMPDIR HTTPS_PROXY https_proxy SSL_CERT_FILE; do
  [ -z "${!name:-}" ] || kept+=("$name=${!name}")
done

cd "$work/source"
# Without rustup, or where it cannot fetch, the toolchain is the machine's own: no file of the checkout chooses it from here.
if env -i "${kept[@]}" rustup toolchain install "$toolchain" --profile minimal --no-self-update; then
  kept+=("RUSTUP_TOOLCHAIN=$toolchain")
fi
# With what releases have: a workflow that works with one works with the other.
env -i "${kept[@]}" cargo build --profile quick --locked --features facts --bin crosspeer
cp "$work/target/quick/crosspeer" "$work/crosspeer"
rm -rf "$work/target" "$work/source"
echo "binary=$work/crosspeer" >>"${GITHUB_OUTPUT:-/dev/null}"
