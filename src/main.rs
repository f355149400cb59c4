//! The `crosspeer` command.

use std::process::ExitCode;

/// A scan makes millions of small sets. The C library's allocator, above all musl's in the static binaries, is slower at
/// them (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    crosspeer::cli::main()
}
