//! So many calls in each second, and no more.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::http::StatusCode;

use super::Refusal;

pub(crate) struct Rate {
    calls: u32,
    second: Mutex<(Instant, u32)>,
}

impl Rate {
    pub fn new(calls: u32) -> Self {
        Self { calls, second: Mutex::new((Instant::now(), 0)) }
    }

    pub fn take(&self) -> Result<(), Refusal> {
        let mut second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
        if second.0.elapsed().as_secs() >= 1 {
            *second = (Instant::now(), 0);
        }
        if second.1 >= self.calls {
            let message =
                format!("At most {} calls in a second / 每秒最多 {} 次呼叫", self.calls, self.calls);
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
            return Err(Refusal { retry_after: Some(1), ..refusal });
        }
        second.1 += 1;
        Ok(())
    }
}
