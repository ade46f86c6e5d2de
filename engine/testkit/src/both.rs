//! Runs a test on SQLite and on Postgres.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

use crate::{Backend, Options, TestApp};

/// The test on both databases at once, each with a fresh app. A failure shows the end of the app's log.
pub async fn both<F: AsyncFn(TestApp)>(test: F) {
    both_with(Options::new(), test).await;
}

pub async fn both_with<F: AsyncFn(TestApp)>(options: Options, test: F) {
    let on_sqlite = on(Backend::Sqlite, options.clone(), &test);
    let on_postgres = on(Backend::Postgres, options, &test);
    let results = futures::join!(
        AssertUnwindSafe(on_sqlite).catch_unwind(),
        AssertUnwindSafe(on_postgres).catch_unwind()
    );
    for result in [results.0, results.1] {
        if let Err(panic) = result {
            std::panic::resume_unwind(panic);
        }
    }
}

/// The test on one database.
pub async fn on<F: AsyncFn(TestApp)>(backend: Backend, options: Options, test: &F) {
    let app = TestApp::start_with(backend, options).await;
    if let Err(panic) = AssertUnwindSafe(test(app.clone())).catch_unwind().await {
        eprintln!("--- failed on {}; the end of the server's log:\n{}", backend.name(), app.log_tail(40));
        std::panic::resume_unwind(panic);
    }
}
