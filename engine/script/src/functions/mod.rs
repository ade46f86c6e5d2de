//! The functions that scripts may call, by group; one file each. A function stands with its own documentation:
//! completion, the reference page and the tests are made of it.

mod arguments;
mod document;
mod register;

mod compare;
mod dates_read;
mod language;

mod checks;
mod csv;
mod dates;
mod encoding;
mod hashes;
mod ids;
mod json;
mod lists;
mod maps;
mod money;
mod numbers;
mod regex;
mod roc;
mod text;

pub use document::{FunctionDoc, FunctionGroup, reference};

pub(crate) use arguments::Arguments;
pub(crate) use document::docs;
pub(crate) use register::{known_names, register};

use rhai::Dynamic;

use crate::fault::Result;

/// Functions of one subject.
pub(crate) struct Group {
    pub name: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
    pub functions: &'static [Function],
}

/// One function: what it is called, what it does, how that looks, and the code.
pub(crate) struct Function {
    /// `round(number, places?, mode?) -> number`; a `?` marks what may be left out.
    pub signature: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
    /// A formula, and one that gives the same value.
    pub examples: &'static [(&'static str, &'static str)],
    pub run: Run,
}

#[derive(Clone, Copy)]
pub(crate) enum Run {
    Native(fn(&mut Arguments<'_, '_>) -> Result<Dynamic>),
    /// A text function that secrets may go through too.
    Operation,
    /// It comes with the language; here is only its documentation.
    Language,
}

impl Function {
    pub const fn new(
        signature: &'static str,
        en: &'static str,
        zh: &'static str,
        examples: &'static [(&'static str, &'static str)],
        run: fn(&mut Arguments<'_, '_>) -> Result<Dynamic>,
    ) -> Self {
        Self { signature, en, zh, examples, run: Run::Native(run) }
    }

    pub const fn operation(
        signature: &'static str,
        en: &'static str,
        zh: &'static str,
        examples: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { signature, en, zh, examples, run: Run::Operation }
    }

    pub fn name(&self) -> &'static str {
        self.signature.split('(').next().unwrap_or(self.signature)
    }

    /// How many arguments it takes, at least and at most.
    pub fn arity(&self) -> (usize, usize) {
        let inside = self.signature.split_once('(').map_or("", |(_, rest)| rest);
        let inside = inside.split_once(") ->").map_or(inside, |(inside, _)| inside);
        let parameters = inside.split(", ").filter(|parameter| !parameter.is_empty());
        let (mut least, mut most) = (0, 0);
        for parameter in parameters {
            most += 1;
            if !parameter.ends_with('?') {
                least += 1;
            }
        }
        (least, most)
    }
}

/// In the order of the reference page: what is used most comes first.
pub(crate) static GROUPS: &[&Group] = &[
    &text::GROUP,
    &numbers::GROUP,
    &money::GROUP,
    &dates::GROUP,
    &roc::GROUP,
    &lists::GROUP,
    &maps::GROUP,
    &json::GROUP,
    &csv::GROUP,
    &regex::GROUP,
    &encoding::GROUP,
    &hashes::GROUP,
    &checks::GROUP,
    &ids::GROUP,
];
