//! A value that goes to a script thread and comes back.

use std::ops::{Deref, DerefMut};

/// Holds a value that may be away for the time of one turn, in which nobody else looks at it.
pub struct Lent<T>(Option<Box<T>>);

const AWAY: &str = "the value is back before anything else looks at it";

impl<T> Lent<T> {
    pub fn new(value: T) -> Self {
        Self(Some(Box::new(value)))
    }

    pub fn lend(&mut self) -> Box<T> {
        self.0.take().expect(AWAY)
    }

    pub fn take_back(&mut self, value: Box<T>) {
        self.0 = Some(value);
    }
}

impl<T> Deref for Lent<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_deref().expect(AWAY)
    }
}

impl<T> DerefMut for Lent<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_deref_mut().expect(AWAY)
    }
}
