//! Small graphs, and the worlds that they become.
