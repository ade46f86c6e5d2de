//! Measures what the product promises of speed, and prints it as tables of medians of paired runs in one sitting.
//!
//! `make bench`; `make bench-large` adds the heavy sizes. `-- --only a,c` runs some parts, `-- --rounds 1 --seconds 2` is quick,
//! `-- --only e --runs 1000000 --flows 10000` grows so far.

mod floor;
mod flows;
mod listeners;
mod load;
mod options;
mod parts;
mod report;
mod subject;

use options::Options;

/// That of the server, so that the floor is not lower for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    if words.first().is_some_and(|word| word == "floor") {
        runtime.block_on(floor::serve(&words[1..]));
        return;
    }
    if words.first().is_some_and(|word| word == "peer") {
        runtime.block_on(parts::serve_peer(&words[1..]));
        return;
    }
    let options = Options::read(&words);
    runtime.block_on(parts::run(&options));
}
