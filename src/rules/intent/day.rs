//! A day of the calendar. The core reads no clock: whoever runs it hands in which day it is.

use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Reads a day as it is written in ISO 8601: `2027-03-31`.
    ///
    /// # Errors
    /// What is wrong with the text, and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no date: expected one as 2027-03-31");
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits);
            let part = part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse::<u16>().ok())
                .ok_or_else(wrong)
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() {
            return Err(wrong());
        }
        let month = u8::try_from(month).map_err(|_| wrong())?;
        let day = u8::try_from(day).map_err(|_| wrong())?;
        if year == 0 || day == 0 || day > days_of(year, month) {
            return Err(format!("`{text}` is no day of the calendar"));
        }
        Ok(Day { year, month, day })
    }

    /// The day, in UTC, of a time in seconds since the beginning of 1970.
    #[must_use]
    pub fn of_unix_time(seconds: u64) -> Self {
        let mut left = seconds / 86_400;
        let mut year = 1970;
        while left >= days_of_year(year) && year < 9999 {
            left -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while left >= u64::from(days_of(year, month)) && month < 12 {
            left -= u64::from(days_of(year, month));
            month += 1;
        }
        Day {
            year,
            month,
            day: u8::try_from(left + 1).unwrap_or(31),
        }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u16) -> u64 {
    365 + u64::from(is_leap(year))
}

/// Number of days of a month, from 1; 0 where there is no such month.
fn days_of(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(is_leap(year)),
        _ => 0,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Day { year, month, day } = self;
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_refused() {
        let no_date = |text: &str| format!("`{text}` is no date: expected one as 2027-03-31");
        let no_day = |text: &str| format!("`{text}` is no day of the calendar");
        for text in ["2027-03-31", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "31.03.2027",
            "2027-3-31",
            "2027-03",
            "2027-03-31-1",
            "",
            "2027-+1-01",
            "20270331",
        ] {
            assert_eq!(Day::parse(text), Err(no_date(text)), "{text}");
        }
        for text in [
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-04-31",
            "2027-01-00",
        ] {
            assert_eq!(Day::parse(text), Err(no_day(text)), "{text}");
        }
        assert!(Day::parse("2026-12-31") < Day::parse("2027-01-01"));
    }

    #[test]
    fn a_time_is_on_a_day() {
        // `date -u -d @SECONDS +%F`
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_796_083_199, "2026-11-30"),
            (1_796_083_200, "2026-12-01"),
        ] {
            assert_eq!(Day::of_unix_time(seconds).to_string(), day, "{seconds}");
        }
        assert_eq!(Day::of_unix_time(u64::MAX / 1_000_000).year, 9999);
    }
}
