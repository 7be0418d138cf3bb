//! Drivers: pauses that a shift promises, and limits on driving and working between rests.

use backhaul_common::{Error, Result};

use crate::rules::windows::next_open;

/// A pause that starts in one of its windows, if the vehicle is under way at the end of the last.
#[derive(Clone, Debug)]
pub struct Pause {
    /// Windows of its start, ascending.
    pub windows: Vec<(i64, i64)>,
    /// How long it takes.
    pub length: i64,
    /// Latest start that leaves time for the pauses after it.
    pub(crate) deadline: i64,
}

impl Pause {
    /// A pause of `length` that starts in one of `windows`.
    pub fn new(windows: Vec<(i64, i64)>, length: i64) -> Self {
        let deadline = windows.last().map_or(0, |w| w.1);
        Self { windows, length, deadline }
    }

    /// Earliest start from `from` on.
    pub(crate) fn next(&self, from: i64) -> Option<i64> {
        next_open(&self.windows, from).map(|(start, _)| start)
    }

    /// Whether a rest from `from` to `to` holds it.
    pub(crate) fn within(&self, from: i64, to: i64) -> bool {
        self.windows.iter().any(|w| {
            let start = from.max(w.0);
            start <= w.1 && start + self.length <= to
        })
    }
}

/// Pauses in the order of their deadlines, each early enough for the next.
pub(crate) fn in_order(mut pauses: Vec<Pause>) -> Vec<Pause> {
    pauses.sort_by_key(|p| p.deadline);
    for k in (1..pauses.len()).rev() {
        let limit = pauses[k].deadline - pauses[k - 1].length;
        let fits = pauses[k - 1].windows.iter().filter(|w| w.0 <= limit);
        if let Some(latest) = fits.map(|w| w.1.min(limit)).max() {
            pauses[k - 1].deadline = latest;
        }
    }
    pauses
}

/// Limits on a driver's work, as in Regulation (EC) 561/2006 and 49 CFR part 395.
#[derive(Clone, Copy, Debug)]
pub struct DriverRules {
    /// Longest driving without a break.
    pub drive_before_break: i64,
    /// Length of that break.
    pub break_length: i64,
    /// A break in two parts, of these lengths in this order; (0, 0): not allowed.
    pub split: (i64, i64),
    /// Longest driving between rests.
    pub drive_before_rest: i64,
    /// Longest time from the end of a rest to the start of the next.
    pub day: i64,
    /// Length of a rest.
    pub rest_length: i64,
    /// Not only driving, all work must end within `day`.
    pub work_ends: bool,
    /// Any time without driving counts as a break, also work.
    pub work_interrupts: bool,
}

impl DriverRules {
    pub(crate) fn validate(&self, place: &str, longest_leg: i64) -> Result<()> {
        for (name, value) in [
            ("drive_before_break", self.drive_before_break),
            ("break_length", self.break_length),
            ("drive_before_rest", self.drive_before_rest),
            ("day", self.day),
            ("rest_length", self.rest_length),
        ] {
            if !(1..1 << 40).contains(&value) {
                return Err(Error::invalid(format!("{place}.{name}"), value, "1 to 2^40 - 1"));
            }
        }
        let least = self.drive_before_break.min(self.drive_before_rest).min(self.day);
        if longest_leg / least > 1_000 {
            let allowed = format!("at least a thousandth of the longest leg, {longest_leg}");
            return Err(Error::invalid(format!("{place}.drive_before_break"), least, allowed));
        }
        if self.break_length >= self.rest_length {
            let allowed = format!("less than a rest, {}", self.rest_length);
            return Err(Error::invalid(
                format!("{place}.break_length"),
                self.break_length,
                allowed,
            ));
        }
        let (one, two) = self.split;
        if (one, two) != (0, 0) && (one < 1 || two < 1 || one + two < self.break_length) {
            let allowed = "(0, 0), or two parts that are together at least a break";
            return Err(Error::invalid(format!("{place}.split"), one.min(two), allowed));
        }
        Ok(())
    }

    /// How many times a long drive grows by breaks and rests, at most.
    pub(crate) fn growth(&self) -> i64 {
        1 + self.break_length / self.drive_before_break.max(1)
            + 2 * (self.rest_length / self.drive_before_rest.min(self.day).max(1) + 1)
    }
}

/// What a driver has done since the last break and the last rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logbook {
    since_break: i64,
    since_rest: i64,
    /// End of the last rest.
    rested: i64,
    /// Since when not driving.
    still: i64,
    first_part: bool,
}

impl Logbook {
    /// Rested, at `now`.
    pub fn new(now: i64) -> Self {
        Self { since_break: 0, since_rest: 0, rested: now, still: now, first_part: false }
    }

    /// How long the driver may drive from `now` on.
    pub fn drive_left(&mut self, rules: &DriverRules, now: i64) -> i64 {
        if rules.work_interrupts && now - self.still >= rules.break_length {
            self.since_break = 0;
        }
        (rules.drive_before_break - self.since_break)
            .min(rules.drive_before_rest - self.since_rest)
            .min(self.rested + rules.day - now)
    }

    pub fn drove(&mut self, time: i64, now: i64) {
        self.since_break += time;
        self.since_rest += time;
        self.still = now;
    }

    /// Length of what is due once nothing is left to drive: a break, or a rest.
    pub fn due(&self, rules: &DriverRules, now: i64) -> i64 {
        let pause = self.break_due(rules);
        let day_over =
            self.since_rest >= rules.drive_before_rest || now + pause >= self.rested + rules.day;
        if day_over {
            rules.rest_length
        } else {
            pause
        }
    }

    /// Length of a break that would count now.
    pub fn break_due(&self, rules: &DriverRules) -> i64 {
        if self.first_part {
            rules.split.1.min(rules.break_length)
        } else {
            rules.break_length
        }
    }

    /// Whether some driving would be wiped out by a break.
    pub fn has_driven(&self) -> bool {
        self.since_break > 0
    }

    /// Whether work until `end` needs a rest first, and a rest would help.
    pub fn rest_first(&self, rules: &DriverRules, now: i64, end: i64) -> bool {
        rules.work_ends && end > self.rested + rules.day && now > self.rested
    }

    /// No work at all from `from` to `to`.
    pub fn off_duty(&mut self, rules: &DriverRules, from: i64, to: i64) {
        let length = to - from;
        if length >= rules.rest_length {
            *self = Self::new(to);
        } else if length >= self.break_due(rules) {
            self.since_break = 0;
            self.first_part = false;
        } else if rules.split.0 > 0 && length >= rules.split.0 {
            self.first_part = true;
        }
    }
}
