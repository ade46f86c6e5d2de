//! The stack that scripts need: values and calls nest deeper than an ordinary thread allows.

use std::cell::Cell;

/// What a thread needs that runs scripts in place. Only touched pages cost memory.
pub const SCRIPT_STACK_BYTES: usize = 64 * 1024 * 1024;

thread_local! {
    static ROOMY: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread was started with [`SCRIPT_STACK_BYTES`] of stack, so that scripts run in place on it.
/// On other threads, each evaluation that may nest deeply starts a thread of its own (about 30 us).
pub fn mark_script_thread() {
    ROOMY.set(true);
}

/// Whether scripts run in place on this thread.
pub fn is_script_thread() -> bool {
    ROOMY.get()
}

/// Runs `work` where the stack is large enough.
pub(crate) fn roomy<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if ROOMY.get() {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("script".to_owned())
            .stack_size(SCRIPT_STACK_BYTES)
            .spawn_scoped(scope, || {
                ROOMY.set(true);
                work()
            });
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(error) => panic!("no thread for a script: {error}"),
        }
    })
}
