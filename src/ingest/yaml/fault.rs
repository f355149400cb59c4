//! What is wrong with YAML, in words for whoever wrote the file.

use granit_parser::ErrorKind;

/// What is wrong and what to do, for a sentence that begins with "this is no YAML". Nothing of the file is in it but single
/// characters that YAML reserves.
pub(super) fn said(kind: &ErrorKind) -> String {
    use ErrorKind as E;
    match kind {
        E::UnclosedFlowCollection { open } => {
            format!("`{open}` is not closed: expected the bracket that closes it")
        }
        E::MismatchedFlowCollectionEnd { open, close } => {
            format!("`{open}` is closed by `{close}`: expected the bracket that belongs to it")
        }
        E::UnexpectedCharacter { character } => {
            format!(
                "a value begins with `{}`, which YAML keeps for itself: put it in quotes",
                character.escape_default()
            )
        }
        _ => in_brackets(kind)
            .or_else(|| in_a_text(kind))
            .or_else(|| in_the_layout(kind))
            .unwrap_or(
                "a line that does not fit what stands before it: put special characters in quotes",
            )
            .to_owned(),
    }
}

/// What is wrong with lists in brackets and maps in braces, or where the file ends.
fn in_brackets(kind: &ErrorKind) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match kind {
        E::UnexpectedEofFlowSequence => "a list that begins with `[` is not closed with `]`",
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            "a map that begins with `{` is not closed with `}`"
        }
        E::UnexpectedEof | E::UnexpectedEofBlockSequence | E::UnexpectedEofBlockMapping => {
            "the file ends inside of a value: it is cut off"
        }
        E::MisplacedFlowCollectionEnd => "a bracket closes what was not opened: take it out",
        E::ExpectedFlowMappingSeparator => "expected `,` or `}` after a value of a map in braces",
        E::ExpectedFlowSequenceSeparator => {
            "expected `,` or `]` after an element of a list in brackets"
        }
        _ => return None,
    })
}

/// What is wrong within a text, or with what stands before it: quotes, escapes, aliases and tags.
fn in_a_text(kind: &ErrorKind) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match kind {
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => {
            "a quote is opened and not closed: put one at the end of the text"
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            "more text behind a closing quote: put all of it inside of the quotes"
        }
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => {
            "`\\` in double quotes begins an escape that YAML does not have: write `\\\\`, or use single quotes"
        }
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => "a tab stands where only spaces may: indent with spaces",
        E::UnknownAnchor => {
            "an alias (`*name`) stands for nothing: expected `&name` before it, or quotes around it"
        }
        E::MissingAnchorOrAliasName => "`&` or `*` without a name: put the text in quotes",
        E::UndeclaredTagHandle
        | E::ExpectedTagBang
        | E::MissingTagUri
        | E::InvalidTagTerminator
        | E::UnclosedVerbatimTag
        | E::InvalidTagEscape
        | E::InvalidGlobalTagCharacter => {
            "`!` begins a tag that YAML does not know: put the text in quotes"
        }
        _ => return None,
    })
}

/// What is wrong with keys, dashes, indentation and comments.
fn in_the_layout(kind: &ErrorKind) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match kind {
        E::MappingValueNotAllowed
        | E::InvalidColonPlacement
        | E::FlowMappingValueAdjacentCollection => {
            "a second `: ` on the line, or a value whose key is missing: put texts that hold `: ` in quotes"
        }
        E::InvalidMappingValueWhitespace => "expected a space behind `:`",
        E::InvalidBlockEntryWhitespace => "expected a space behind `-`",
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            "a line that is no `key: value`: expected `: ` in it"
        }
        E::ExpectedBlockMappingKey
        | E::ExpectedBlockSequenceEntry
        | E::ExpectedDocumentStart
        | E::InvalidIndentation
        | E::BlockSequenceEntryNotAllowed
        | E::MappingKeyNotAllowed
        | E::InvalidFlowScalarIndent
        | E::InvalidQuotedScalarIndent
        | E::InvalidBlockScalarIndent => {
            "the indentation does not fit the lines before: expected the column of the keys or `-` beside it"
        }
        E::ExpectedNodeContent | E::UnexpectedEndOfPlainScalar => "expected a value",
        E::CommentNotSeparated | E::CommentInterceptedScalar => {
            "a comment in the middle of a text: put a space before `#`, or the text in quotes"
        }
        E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent => {
            "expected the end of the line behind `|` or `>`"
        }
        E::RecursionLimitExceeded => "maps and lists stand inside of each other too deeply",
        E::BomInsideDocument => "a byte order mark inside of a document: take it out",
        E::InvalidDocumentEnd => "text behind `...`: begin a new document with `---`",
        E::PlainScalarStartsWithDashFlowIndicator => {
            "`-` before a bracket or comma: put the text in quotes"
        }
        _ => return None,
    })
}
