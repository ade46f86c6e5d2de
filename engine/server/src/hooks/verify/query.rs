//! A parameter of the query that holds a token, for systems that can put nothing else into a call.

use super::{Problem, same, unauthorized};

pub(in crate::hooks) struct Query {
    parameter: String,
    token: Vec<u8>,
}

impl Query {
    pub(super) fn new(parameter: &str, token: &str) -> Self {
        Self { parameter: parameter.to_owned(), token: token.as_bytes().to_vec() }
    }

    /// `target`: path and query.
    pub(super) fn check(&self, target: &str) -> Result<(), Problem> {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| *name == self.parameter);
        let fits = given.is_some_and(|(_, value)| same(value.as_bytes(), &self.token));
        if fits { Ok(()) } else { Err(unauthorized()) }
    }
}
