//! Tells text of templates that was never rendered.

/// Line from 0, column from 0 and length of the first template marker outside of comments: `{{ … }}`, also where it goes on over
/// the end of the line.
pub(super) fn marker(text: &str) -> Option<(u32, u32, u32)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with('#'))
        .find_map(|(number, line)| {
            let (before, behind) = line.split_once("{{")?;
            let inside = behind
                .split_once("}}")
                .map_or(behind.trim_end(), |(inside, _)| inside);
            let closed = if behind.contains("}}") { 2 } else { 0 };
            let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            Some((
                u32::try_from(number).ok()?,
                count(before),
                2 + count(inside) + closed,
            ))
        })
}
