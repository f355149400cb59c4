//! Elements of the arrays of a plan or state, taken apart one by one: one that is malformed leaves the others as they are.

use crate::ingest::json_fault;
use serde::Deserialize;
use serde_json::Deserializer;
use serde_json::value::RawValue;

/// One element.
#[derive(Debug)]
pub struct Element<'t, T> {
    /// Its JSON.
    pub json: &'t str,
    /// What it is; what is wrong with it, where it is not shaped so.
    pub value: Result<T, String>,
}

impl<'t, T: Deserialize<'t>> Element<'t, T> {
    /// Reads an element whose JSON is sound.
    pub fn of(json: &'t str) -> Self {
        Element {
            json,
            value: serde_json::from_str(json).map_err(|error| json_fault(&error)),
        }
    }
}

/// The elements of an array whose JSON is sound.
///
/// # Errors
/// A value that is no array.
pub fn elements<'t, T: Deserialize<'t>>(
    array: &'t str,
) -> Result<Vec<Element<'t, T>>, serde_json::Error> {
    let Some(mut rest) = array.strip_prefix('[') else {
        return serde_json::from_str::<Vec<&RawValue>>(array).map(|_| Vec::new());
    };
    let mut out = Vec::new();
    loop {
        rest = rest.trim_start_matches([',', ' ', '\n', '\r', '\t']);
        if rest.is_empty() || rest.starts_with(']') {
            return Ok(out);
        }
        // What is read in one go needs no second look for its end.
        let mut stream = Deserializer::from_str(rest).into_iter::<T>();
        let (length, value) = match stream.next() {
            Some(Ok(value)) => (stream.byte_offset(), Ok(value)),
            Some(Err(error)) => {
                let raw = <&RawValue>::deserialize(&mut Deserializer::from_str(rest))?;
                (raw.get().len(), Err(json_fault(&error)))
            }
            None => return Ok(out),
        };
        let Some((json, after)) = rest.split_at_checked(length) else {
            return Ok(out);
        };
        out.push(Element { json, value });
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_stands_by_itself() {
        let array = "[ {\"a\": [1, \"]\"]} ,\n{\"a\": 5}, {\"b\": {}},7,{\"a\":[]}]";
        #[derive(Deserialize)]
        struct Own {
            #[serde(default)]
            a: Vec<serde_json::Value>,
        }
        let found = elements::<Own>(array).unwrap();
        let said: Vec<_> = found
            .iter()
            .map(|own| (own.json, own.value.as_ref().ok().map(|own| own.a.len())))
            .collect();
        assert_eq!(
            said,
            [
                ("{\"a\": [1, \"]\"]}", Some(2)),
                ("{\"a\": 5}", None),
                ("{\"b\": {}}", Some(0)),
                ("7", None),
                ("{\"a\":[]}", Some(0)),
            ]
        );
        assert!(elements::<Own>("[]").unwrap().is_empty());
        assert!(elements::<Own>("{}").is_err());
    }
}
