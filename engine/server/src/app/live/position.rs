//! Where somebody who reads the events of a run stands: an event's id.

use std::fmt;
use std::str::FromStr;

use causeway_model::RunStatus;

/// How far into the journal: so many top-level entries, and so many events of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) entry: usize,
    pub(super) part: usize,
}

/// What was told last of the run itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Is(RunStatus),
    Ended,
}

/// `<entries>.<events>.<check>.<status>.<settled items of each loop>`, such as `12.0.9f3a01bc.running.250+0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub(super) place: Place,
    /// When the last of these entries was written: another run's place, or one of a lost history, does not pass for this.
    pub(super) check: u32,
    pub(super) standing: Standing,
    pub(super) settled: Vec<u64>,
}

impl Position {
    /// Nothing follows.
    pub fn is_end(&self) -> bool {
        self.standing == Standing::Ended
    }
}

const ENDED: &str = "ended";

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { entry, part } = self.place;
        let standing = match self.standing {
            Standing::Is(status) => status.name(),
            Standing::Ended => ENDED,
        };
        write!(f, "{entry}.{part}.{:x}.{standing}.", self.check)?;
        for (at, settled) in self.settled.iter().enumerate() {
            write!(f, "{}{settled}", if at > 0 { "+" } else { "" })?;
        }
        Ok(())
    }
}

/// No id of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPosition;

/// More than any flow has loops.
const LONGEST: usize = 4096;

impl FromStr for Position {
    type Err = UnknownPosition;
    fn from_str(text: &str) -> Result<Self, UnknownPosition> {
        if text.len() > LONGEST {
            return Err(UnknownPosition);
        }
        let mut words = text.trim().split('.');
        let mut word = || words.next().ok_or(UnknownPosition);
        let entry = word()?.parse().map_err(|_| UnknownPosition)?;
        let part = word()?.parse().map_err(|_| UnknownPosition)?;
        let check = u32::from_str_radix(word()?, 16).map_err(|_| UnknownPosition)?;
        let standing = match word()? {
            ENDED => Standing::Ended,
            name => Standing::Is(RunStatus::from_name(name).ok_or(UnknownPosition)?),
        };
        let settled = word()?.split('+').filter(|number| !number.is_empty());
        let settled =
            settled.map(|number| number.parse().map_err(|_| UnknownPosition)).collect::<Result<_, _>>()?;
        match words.next() {
            None => Ok(Self { place: Place { entry, part }, check, standing, settled }),
            Some(_) => Err(UnknownPosition),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back() {
        for (standing, settled) in [
            (Standing::Is(RunStatus::Running), vec![250, 0]),
            (Standing::Is(RunStatus::Queued), vec![]),
            (Standing::Ended, vec![7]),
        ] {
            let position =
                Position { place: Place { entry: 12, part: 1 }, check: 0x9f3a_01bc, standing, settled };
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        for wrong in [
            "",
            "x",
            "1.0.0.running",
            "1.0.0.asleep.",
            "1.0.0.running.1+x",
            "1.0.0.running.1.2",
            "-1.0.0.running.",
        ] {
            assert_eq!(wrong.parse::<Position>(), Err(UnknownPosition), "{wrong}");
        }
    }

    #[test]
    fn places_come_in_order() {
        let place = |entry, part| Place { entry, part };
        assert!(place(1, 0) < place(1, 1) && place(1, 1) < place(1, 2) && place(1, 2) < place(2, 0));
    }
}
