//! Reads a path token by token, as the interpreter's parser hands them over.

use rhai::{Dynamic, ImmutableString, LexError, ParseError, Position};

use super::SEPARATOR;
use crate::root::Root;

/// What the parser was told to read last.
#[derive(Clone, Default)]
enum State {
    /// Nothing, or the end of a link.
    #[default]
    Link,
    Dot {
        safe: bool,
    },
    Name {
        safe: bool,
    },
    OpenIndex {
        safe: bool,
    },
    Index {
        safe: bool,
    },
    OpenCall {
        name: ImmutableString,
        safe: bool,
    },
    /// An argument, a comma after `count` arguments.
    Argument {
        name: ImmutableString,
        safe: bool,
        count: usize,
    },
    Comma {
        name: ImmutableString,
        safe: bool,
        count: usize,
    },
}

/// Says which token is to be read after those read so far; `None` ends the path.
pub(crate) fn parse(
    symbols: &[ImmutableString],
    next: &str,
    state: &mut Dynamic,
) -> Result<Option<ImmutableString>, ParseError> {
    let last = symbols.last().cloned().unwrap_or_default();
    let mut reader = match std::mem::take(state).try_cast::<Reader>() {
        Some(reader) => reader,
        None => Reader::new(&last)?,
    };
    let wanted = reader.advance(&last, next);
    *state = match wanted {
        Some(_) => Dynamic::from(reader),
        None => Dynamic::from(ImmutableString::from(reader.encoded)),
    };
    Ok(wanted.map(Into::into))
}

#[derive(Clone)]
struct Reader {
    encoded: String,
    state: State,
}

impl Reader {
    fn new(keyword: &str) -> Result<Self, ParseError> {
        match Root::from_keyword(keyword) {
            Some(_) => Ok(Self { encoded: keyword.to_owned(), state: State::Link }),
            None => Err(LexError::UnexpectedInput(keyword.to_owned()).into_err(Position::NONE)),
        }
    }

    fn advance(&mut self, last: &ImmutableString, next: &str) -> Option<&'static str> {
        let (state, wanted) = match std::mem::take(&mut self.state) {
            State::Link => return self.link(next),
            State::Dot { safe } => (State::Name { safe }, "$ident$"),
            State::Name { safe } => return self.name(last, next, safe),
            State::OpenIndex { safe } => (State::Index { safe }, "$expr$"),
            State::Index { safe } => {
                self.push(if safe { '{' } else { '[' }, "");
                (State::Link, "]")
            }
            State::OpenCall { name, safe } => return Some(self.argument(name, safe, 0, next)),
            State::Comma { name, safe, count } => return Some(self.argument(name, safe, count, next)),
            State::Argument { name, safe, count } => {
                let count = count + 1;
                if next == "," {
                    (State::Comma { name, safe, count }, ",")
                } else {
                    return Some(self.close(&name, safe, count));
                }
            }
        };
        self.state = state;
        Some(wanted)
    }

    fn push(&mut self, kind: char, rest: &str) {
        self.encoded.push(SEPARATOR);
        self.encoded.push(kind);
        self.encoded.push_str(rest);
    }

    fn link(&mut self, next: &str) -> Option<&'static str> {
        let (state, wanted) = match next {
            "." => (State::Dot { safe: false }, "."),
            "?." => (State::Dot { safe: true }, "?."),
            "[" => (State::OpenIndex { safe: false }, "["),
            "?[" => (State::OpenIndex { safe: true }, "?["),
            _ => return None,
        };
        self.state = state;
        Some(wanted)
    }

    fn name(&mut self, name: &ImmutableString, next: &str, safe: bool) -> Option<&'static str> {
        match next {
            "(" => {
                self.state = State::OpenCall { name: name.clone(), safe };
                Some("(")
            }
            "()" => {
                self.close(name, safe, 0);
                Some("()")
            }
            _ => {
                self.push(if safe { '?' } else { '.' }, name);
                self.link(next)
            }
        }
    }

    fn argument(&mut self, name: ImmutableString, safe: bool, count: usize, next: &str) -> &'static str {
        if next == ")" {
            return self.close(&name, safe, count);
        }
        self.state = State::Argument { name, safe, count };
        "$expr$"
    }

    fn close(&mut self, name: &str, safe: bool, count: usize) -> &'static str {
        self.push(if safe { '!' } else { '(' }, &format!("{name} {count}"));
        ")"
    }
}
