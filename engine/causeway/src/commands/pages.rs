//! Lists that the command line shows whole: read a page at a time.

use causeway_server::app::Error;
use causeway_store::{MOST_ROWS, Page};

use crate::exit::Outcome;

/// All rows. `next` gives the page after a key, of at most [`MOST_ROWS`]; `key` is what the page after a row begins after.
pub async fn all<T, K>(
    key: impl Fn(&T) -> K,
    mut next: impl AsyncFnMut(Option<K>, u64) -> Result<Page<T>, Error>,
) -> Outcome<Vec<T>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = next(after, MOST_ROWS).await?;
        rows.extend(page.rows);
        after = rows.last().map(&key);
        if !page.more {
            return Ok(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_pages_are_read() {
        let next = async |after: Option<u32>, _| {
            let first = after.map_or(0, |after| after + 1);
            Ok(Page::of((first..7).collect(), 3))
        };
        let rows = all(|row| *row, next).await.unwrap_or_default();
        assert_eq!(rows, [0, 1, 2, 3, 4, 5, 6]);
    }
}
