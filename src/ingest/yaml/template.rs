//! Tells text of templates that was never rendered.

/// Line from 0, column from 0 and length of the first template marker outside of comments: `{{ … }}` or `{% … %}`, also where it
/// goes on over the end of the line.
pub(super) fn marker(text: &str) -> Option<(u32, u32, u32)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with('#'))
        .find_map(|(number, line)| {
            let (start, end) = match (line.find("{{"), line.find("{%")) {
                (Some(start), statement) if statement.is_none_or(|at| start < at) => (start, "}}"),
                (_, statement) => (statement?, "%}"),
            };
            let (before, marker) = line.split_at_checked(start)?;
            let behind = marker.get(2..)?;
            let inside = behind
                .split_once(end)
                .map_or(behind.trim_end(), |(inside, _)| inside);
            let closed = if behind.contains(end) { 2 } else { 0 };
            let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            Some((
                u32::try_from(number).ok()?,
                count(before),
                2 + count(inside) + closed,
            ))
        })
}
