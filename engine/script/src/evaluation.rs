//! The state of the evaluation that this thread is at: what it sees, what it may still use up, and
//! what it was given instead of a clock and a source of randomness.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Instant;

use causeway_model::{Time, text};
use rhai::Dynamic;
use sha2::{Digest, Sha256};

use crate::context::{Context, Links};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::scope::{Roots, Scope};

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
    static OPERATIONS_LEFT: Cell<u64> = const { Cell::new(0) };
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
    static SECRET_MISUSED: Cell<bool> = const { Cell::new(false) };
    static HURRY: Cell<Option<Instant>> = const { Cell::new(None) };
    static HURRIED_OUT: Cell<bool> = const { Cell::new(false) };
}

struct Current {
    roots: Arc<Roots>,
    now: Time,
    seed: [u8; 32],
    links: Option<Arc<dyn Links>>,
    draws: u64,
}

/// While it lives, this thread evaluates over a scope and a context.
pub(crate) struct Evaluation(());

impl Evaluation {
    pub fn begin(scope: &Scope, context: &Context, limits: &Limits) -> Self {
        CURRENT.set(Some(Current {
            roots: scope.roots.clone(),
            now: context.now,
            seed: context.seed,
            links: context.links.clone(),
            draws: 0,
        }));
        OPERATIONS_LEFT.set(limits.operations);
        DEADLINE.set(HURRY.get().or_else(|| Instant::now().checked_add(limits.time)));
        SECRET_MISUSED.set(false);
        Self(())
    }

    /// Whether a secret was looked into, even where the script went on.
    pub fn secret_misused(&self) -> bool {
        SECRET_MISUSED.get()
    }
}

impl Drop for Evaluation {
    fn drop(&mut self) {
        CURRENT.set(None);
        DEADLINE.set(None);
    }
}

/// Evaluates what `work` evaluates until `until` at the most; `None` where that did not suffice. What was evaluated then
/// counts for nothing, and can be evaluated again: it gives what it would have given. `until` should be well within
/// [`Limits::time`].
pub fn hurried<T>(until: Instant, work: impl FnOnce() -> T) -> Option<T> {
    /// Ends the hurry on this thread, whatever `work` does.
    struct Hurry;
    impl Drop for Hurry {
        fn drop(&mut self) {
            HURRY.set(None);
            HURRIED_OUT.set(false);
        }
    }
    HURRY.set(Some(until));
    let hurry = Hurry;
    let done = work();
    let in_time = !hurried_out();
    drop(hurry);
    in_time.then_some(done)
}

/// Whether a hurried evaluation is under way; what is known to be slow gives up at once.
pub(crate) fn give_up_hurried() -> bool {
    let hurried = HURRY.get().is_some();
    if hurried {
        HURRIED_OUT.set(true);
    }
    hurried
}

/// Whether time ran out for a hurried evaluation.
pub(crate) fn hurried_out() -> bool {
    HURRIED_OUT.get()
}

/// What the expression sees.
pub(crate) fn roots() -> Option<Arc<Roots>> {
    CURRENT.with_borrow(|current| current.as_ref().map(|current| current.roots.clone()))
}

pub(crate) fn now() -> Option<Time> {
    CURRENT.with_borrow(|current| current.as_ref().map(|current| current.now))
}

pub(crate) fn links() -> Option<Arc<dyn Links>> {
    CURRENT.with_borrow(|current| current.as_ref().and_then(|current| current.links.clone()))
}

/// 32 bytes that look random: a function of the seed and of how many were drawn before.
pub(crate) fn draw() -> Option<[u8; 32]> {
    CURRENT.with_borrow_mut(|current| {
        let current = current.as_mut()?;
        current.draws += 1;
        let mut hash = Sha256::new();
        hash.update(b"causeway draw");
        hash.update(current.seed);
        hash.update(current.draws.to_be_bytes());
        Some(hash.finalize().into())
    })
}

pub(crate) fn note_secret_misuse() {
    SECRET_MISUSED.set(true);
}

/// How many operations pass between two looks at the clock.
const CLOCK_EVERY: u64 = 64;

/// Called by the interpreter at each operation: a value ends the script.
pub(crate) fn progress(_: u64) -> Option<Dynamic> {
    let left = OPERATIONS_LEFT.get();
    if left == 0 {
        return Some(Dynamic::from(Fault::too_long(text!(
            "The script took too many operations; is there an endless loop?",
            "指令碼執行的運算次數太多；是否有無窮迴圈？"
        ))));
    }
    OPERATIONS_LEFT.set(left - 1);
    if left.is_multiple_of(CLOCK_EVERY) { out_of_time().map(Dynamic::from) } else { None }
}

/// Functions over many items pay for them, and look at the clock.
pub(crate) fn charge(operations: usize) -> Result<(), Fault> {
    let left = OPERATIONS_LEFT.get();
    let operations = operations as u64;
    if left < operations {
        OPERATIONS_LEFT.set(0);
        return Err(Fault::too_long(text!(
            "The script took too many operations",
            "指令碼執行的運算次數太多"
        )));
    }
    OPERATIONS_LEFT.set(left - operations);
    out_of_time().map_or(Ok(()), Err)
}

fn out_of_time() -> Option<Fault> {
    let late = DEADLINE.get().is_some_and(|deadline| Instant::now() >= deadline);
    late.then(|| {
        give_up_hurried();
        Fault::too_long(text!("The script took longer than its time limit", "指令碼執行時間超過上限"))
    })
}
