//! What is wrong with the arguments, in clap's words: what it quotes of them is an attacker's to choose, where a job puts
//! names of files or branches on the command line.

use super::arguments::Arguments;
use crate::report::{Medium, fit, plain};
use anstream::AutoStream;
use clap::Parser;
use clap::error::{ContextKind, ContextValue};
use std::io::Write;
use std::process::ExitCode;

/// The arguments; else the exit code, once what is wrong, the help or the version was printed.
pub(super) fn arguments() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|error| {
        if !error.use_stderr() {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        let text = shown(error).render().ansi().to_string();
        let mut err = AutoStream::auto(std::io::stderr().lock());
        // Where even standard error is closed there is nobody left to tell.
        let _ = err.write_all(fit(&text, Medium::Text).as_bytes());
        ExitCode::from(2)
    })
}

/// The error with each word that it quotes made plain.
fn shown(mut error: clap::Error) -> clap::Error {
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, plain_value(value)?)))
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}

fn plain_value(value: &ContextValue) -> Option<ContextValue> {
    match value {
        ContextValue::String(text) => Some(ContextValue::String(plain(text).into_owned())),
        ContextValue::Strings(texts) => {
            let texts = texts.iter().map(|text| plain(text).into_owned());
            Some(ContextValue::Strings(texts.collect()))
        }
        _ => None,
    }
}
