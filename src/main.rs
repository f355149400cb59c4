//! The `crosspeer` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    crosspeer::cli::main()
}
