//! Progress of long work: on stderr, and only where a person watches.

use std::time::Duration;

use causeway_model::Text;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Console;

/// A bar with a known end; silent where nobody watches or there is little to do.
pub fn bar(console: &Console, text: &Text, count: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(count), target(console, count > 1));
    bar.set_style(style("{msg} [{bar:30}] {pos}/{len} {eta}"));
    bar.set_message(console.words(text).to_owned());
    bar
}

/// A sign of life while the end is unknown.
pub fn spinner(console: &Console, text: &Text) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target(console, true));
    bar.set_style(style("{spinner} {msg} ({elapsed})"));
    bar.set_message(console.words(text).to_owned());
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(120));
    }
    bar
}

fn target(console: &Console, worth_it: bool) -> ProgressDrawTarget {
    if console.json || !worth_it || !console::user_attended_stderr() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
