//! The names of operations, as flows write them.

use std::collections::BTreeSet;

use crate::openapi::{Document, Place};

/// An operation of a document with its name.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    pub name: String,
    pub place: Place<'a>,
}

const LONGEST: usize = 80;

/// All operations: `operationId` in snake case, or method and path; equal ones are counted.
pub fn named(document: &Document) -> Vec<Named<'_>> {
    let mut taken = BTreeSet::new();
    document
        .operations()
        .filter(|place| place.operation["x-causeway-hidden"] != true)
        .map(|place| {
            let said = place.operation["operationId"].as_str().map(snake).filter(|name| !name.is_empty());
            let name = said.unwrap_or_else(|| snake(&format!("{} {}", place.method, place.path)));
            Named { name: free(name, &mut taken), place }
        })
        .collect()
}

fn free(name: String, taken: &mut BTreeSet<String>) -> String {
    let name = if name.is_empty() { "operation".to_owned() } else { name };
    let mut free = name.clone();
    let mut times = 1;
    while !taken.insert(free.clone()) {
        times += 1;
        free = format!("{name}_{times}");
    }
    free
}

/// `createCustomer`, `Create-customer` and `create customer` are all `create_customer`.
pub fn snake(text: &str) -> String {
    let mut snake = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (at, &c) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(at + 1);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        let parts = begins || !c.is_ascii_alphanumeric();
        if parts && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if c.is_ascii_alphanumeric() {
            snake.push(c.to_ascii_lowercase());
        }
    }
    snake.truncate(LONGEST);
    snake.trim_matches('_').to_owned()
}

/// A name as people read it: `customer_code` is `Customer code`.
pub fn readable(name: &str) -> String {
    let words = snake(name).replace('_', " ");
    let mut characters = words.chars();
    characters
        .next()
        .map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_snake_case_and_differ() {
        for (from, to) in [
            ("createCustomer", "create_customer"),
            ("GetHTTPLog2Entries", "get_http_log2_entries"),
            ("customers/list-all", "customers_list_all"),
            ("get /v1/orders/{id}", "get_v1_orders_id"),
            ("建立", ""),
            ("users.info", "users_info"),
        ] {
            assert_eq!(snake(from), to, "{from}");
        }
        assert_eq!(readable("customerCode"), "Customer code");
        let document = Document::new(json!({ "openapi": "3.1.0", "paths": {
            "/a": { "get": { "operationId": "list" }, "post": { "operationId": "List" }, "put": {} },
            "/b": { "get": { "operationId": "列出" }, "delete": { "x-causeway-hidden": true } },
        } }))
        .expect("a document");
        let names: Vec<String> = named(&document).into_iter().map(|named| named.name).collect();
        assert_eq!(names, ["list", "put_a", "list_2", "get_b"]);
    }
}
