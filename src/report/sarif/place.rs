//! Places as SARIF has them.

use super::super::uri::RepositoryPaths;
use super::shape::{ArtifactLocation, Location, PhysicalLocation, Region};
use crate::model::Place;

/// Makes locations of places.
pub(super) struct Places<'a> {
    /// Where the files are in their repository.
    pub paths: &'a RepositoryPaths,
}

impl Places<'_> {
    /// A location without a message. A place without a line is the first line: code scanning refuses a file that has a
    /// result without one.
    pub fn location(&self, place: &Place) -> Location {
        let column = (place.column > 0 && place.line > 0).then_some(place.column);
        let end = column
            .filter(|_| place.length > 0)
            .map(|column| column.saturating_add(place.length));
        let region = Region {
            start_line: place.line.max(1),
            start_column: column,
            end_column: end,
        };
        let artifact_location = ArtifactLocation {
            uri: self.paths.uri(&place.file),
        };
        Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location,
                region,
            },
            message: None,
        }
    }
}
