//! Equal contexts give equal results.

use causeway_script::Context;
use serde_json::Value;

use crate::support::{ENGINE, context, scope};

fn draws(context: &Context) -> Value {
    let script =
        ENGINE.compile_script("[uuid(), uuid(), random(), random_int(1, 1000000), now()]").expect("a script");
    script.run(&mut scope(), context).expect("a value")
}

#[test]
fn chance_and_time_come_from_the_context() {
    let first = draws(&context());
    assert_eq!(draws(&context()), first);
    assert_ne!(first[0], first[1]);
    let other = draws(&Context { seed: [4; 32], ..context() });
    assert_ne!(other[0], first[0]);
    assert_eq!(other[4], first[4]);
    assert_eq!(first[4], "2026-09-21T14:13:20.123Z");
}
