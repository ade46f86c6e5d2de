//! Watches the tokens of a source as the parser takes them, and tells the roots (`trigger`, `item` ...) from
//! properties, map keys and variables of the same name.
//!
//! A root becomes a keyword of its own ([`Root::keyword`]), so that the parser sees no variable there: closures
//! capture nothing, and nothing can be assigned to it. Words that the interpreter reserves (`type`, `default`,
//! `in` ...) become plain names where only a name can stand.

use std::cell::RefCell;

use rhai::{Identifier, Token};

use crate::root::Root;

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::new(Watch::default());
}

/// Forgets the source before: call this before each parse.
pub(crate) fn reset() {
    WATCH.set(Watch::default());
}

/// The token mapper of the engine.
pub(crate) fn map(token: Token) -> Token {
    WATCH.with_borrow_mut(|watch| watch.step(token))
}

/// How deep the brackets of a source nest, at most.
pub(crate) fn nesting_of(source: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Map,
    Block,
    Other,
}

/// When a variable of a source stops hiding a root.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The bracket around its declaration closes.
    Close,
    /// So, or a `,` or `;` at its level: the end of a closure.
    Separator,
}

struct Binding {
    root: Root,
    depth: usize,
    until: Until,
}

/// A declaration that is being read.
enum Declaring {
    /// `let x = ...;`
    Let { root: Option<Root>, depth: usize },
    /// `for x in ... {`, `fn f(x) {`, `catch (x) {`: names until the list ends, then a block.
    Block { roots: Vec<Root>, listing: bool, depth: usize, is_for: bool },
    /// `|x, y|`
    Closure { roots: Vec<Root> },
}

#[derive(Default)]
struct Watch {
    previous: Previous,
    brackets: Vec<Bracket>,
    bindings: Vec<Binding>,
    declaring: Vec<Declaring>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Previous {
    /// What an operand may follow.
    #[default]
    Open,
    /// The end of an operand.
    Operand,
    Dot,
    MapStart,
    Comma,
    /// `let`, `const`, `for`, `fn`: a name comes that is declared.
    Declares,
}

impl Watch {
    fn step(&mut self, token: Token) -> Token {
        if let Token::Comment(_) = token {
            return token;
        }
        let token = self.rename(token);
        self.follow(&token);
        self.previous = previous_of(&token);
        token
    }

    /// Decides what a word is.
    fn rename(&mut self, token: Token) -> Token {
        if self.at_name() {
            return match word_of(&token) {
                Some(word) => Token::Identifier(Box::new(word)),
                None => token,
            };
        }
        let Token::Identifier(name) = &token else { return token };
        let Some(root) = Root::from_name(name) else { return token };
        if self.declares(root) || self.bindings.iter().any(|binding| binding.root == root) {
            return token;
        }
        Token::Custom(Box::new(Identifier::from(root.keyword())))
    }

    /// Whether only a property's or a key's name can stand here.
    fn at_name(&self) -> bool {
        if matches!(self.declaring.last(), Some(Declaring::Closure { .. })) {
            return false;
        }
        match self.previous {
            Previous::Dot | Previous::MapStart => true,
            Previous::Comma => self.brackets.last() == Some(&Bracket::Map),
            _ => false,
        }
    }

    /// Whether this word is a variable's declaration; notes it.
    fn declares(&mut self, found: Root) -> bool {
        match self.declaring.last_mut() {
            Some(Declaring::Let { root, .. }) if self.previous == Previous::Declares => {
                *root = Some(found);
                true
            }
            Some(Declaring::Block { roots, listing: true, .. } | Declaring::Closure { roots }) => {
                roots.push(found);
                true
            }
            _ => false,
        }
    }

    fn follow(&mut self, token: &Token) {
        let depth = self.brackets.len();
        match token {
            Token::Let | Token::Const => self.declaring.push(Declaring::Let { root: None, depth }),
            Token::For => self.declare_block(true),
            Token::Fn | Token::Catch => self.declare_block(false),
            Token::In => self.end_list(|is_for| is_for),
            Token::RightParen => {
                self.close();
                self.end_list(|is_for| !is_for);
            }
            Token::Pipe => self.pipe(),
            Token::MapStart => self.brackets.push(Bracket::Map),
            Token::LeftBrace => self.open_block(),
            Token::LeftParen | Token::LeftBracket | Token::QuestionBracket => {
                self.brackets.push(Bracket::Other);
            }
            Token::RightBrace | Token::RightBracket => self.close(),
            Token::Comma => self.separate(),
            Token::SemiColon => {
                self.separate();
                self.end_let();
            }
            _ => {}
        }
    }

    fn declare_block(&mut self, is_for: bool) {
        let depth = self.brackets.len();
        self.declaring.push(Declaring::Block { roots: Vec::new(), listing: true, depth, is_for });
    }

    fn end_list(&mut self, ends: impl Fn(bool) -> bool) {
        let here = self.brackets.len();
        if let Some(Declaring::Block { listing, depth, is_for, .. }) = self.declaring.last_mut()
            && *depth == here
            && ends(*is_for)
        {
            *listing = false;
        }
    }

    fn pipe(&mut self) {
        if let Some(Declaring::Closure { .. }) = self.declaring.last() {
            if let Some(Declaring::Closure { roots }) = self.declaring.pop() {
                self.bind(roots, self.brackets.len(), Until::Separator);
            }
        } else if self.previous != Previous::Operand {
            self.declaring.push(Declaring::Closure { roots: Vec::new() });
        }
    }

    fn open_block(&mut self) {
        let depth = self.brackets.len();
        self.brackets.push(Bracket::Block);
        let begins = matches!(
            self.declaring.last(),
            Some(Declaring::Block { listing, depth: at, is_for, .. }) if *at == depth && !(*is_for && *listing)
        );
        if begins && let Some(Declaring::Block { roots, .. }) = self.declaring.pop() {
            self.bind(roots, depth + 1, Until::Close);
        }
    }

    fn bind(&mut self, roots: Vec<Root>, depth: usize, until: Until) {
        self.bindings.extend(roots.into_iter().map(|root| Binding { root, depth, until }));
    }

    fn end_let(&mut self) {
        let here = self.brackets.len();
        if let Some(Declaring::Let { root, depth }) = self.declaring.last()
            && *depth >= here
        {
            if let Some(root) = *root {
                self.bindings.push(Binding { root, depth: here, until: Until::Close });
            }
            self.declaring.pop();
        }
    }

    fn close(&mut self) {
        self.brackets.pop();
        let depth = self.brackets.len();
        self.bindings.retain(|binding| binding.depth <= depth);
        while matches!(self.declaring.last(), Some(Declaring::Let { depth: at, .. }) if *at > depth) {
            self.declaring.pop();
        }
    }

    fn separate(&mut self) {
        let depth = self.brackets.len();
        self.bindings.retain(|binding| binding.until != Until::Separator || binding.depth < depth);
    }
}

/// The word that a token is spelt with, if it is one.
fn word_of(token: &Token) -> Option<Identifier> {
    let word = match token {
        Token::Identifier(word) | Token::Reserved(word) | Token::Custom(word) => word.as_str(),
        literal if literal.is_literal() => literal.literal_syntax(),
        _ => return None,
    };
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_word.then(|| word.into())
}

fn previous_of(token: &Token) -> Previous {
    match token {
        Token::Period | Token::Elvis => Previous::Dot,
        Token::MapStart => Previous::MapStart,
        Token::Comma => Previous::Comma,
        Token::Let | Token::Const | Token::For | Token::Fn => Previous::Declares,
        Token::IntegerConstant(..)
        | Token::DecimalConstant(..)
        | Token::CharConstant(..)
        | Token::StringConstant(..)
        | Token::Identifier(..)
        | Token::Custom(..)
        | Token::Reserved(..)
        | Token::True
        | Token::False
        | Token::Unit
        | Token::RightParen
        | Token::RightBracket
        | Token::RightBrace => Previous::Operand,
        _ => Previous::Open,
    }
}
