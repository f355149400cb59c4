//! The text behind a start-up script, which launch templates hold in base 64.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// With or without padding (RFC 4648): the instance metadata service takes both.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text; none where it is no base 64 of UTF-8 text. Line breaks in it do not count.
#[must_use]
pub fn decoded(text: &str) -> Option<String> {
    let joined: String = text.split_ascii_whitespace().collect();
    String::from_utf8(LENIENT.decode(joined).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn vectors_of_rfc_4648() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(decoded(encoded).as_deref(), Some(text));
        }
        assert_eq!(decoded("#!/bin/bash"), None);
    }
}
