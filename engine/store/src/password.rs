//! Passwords: kept as argon2id hashes, checked at the same cost whether or not there is an account.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use causeway_model::text;
use tokio::sync::Semaphore;

use crate::core::Core;
use crate::{Error, Result};

const SHORTEST: usize = 10;
const LONGEST: usize = 1024;
/// Each hash takes 19 MB for tens of milliseconds, so not every caller gets one at once.
const AT_ONCE: usize = 4;

/// Of no password: what is checked where there is no account. The parameters are those of [`hash`].
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdCBvZiBub2JvZHk$bm9ib2R5IGhhcyBhIHBhc3N3b3JkIHRoYXQgZml0cyE";

pub(crate) fn room() -> Semaphore {
    Semaphore::new(AT_ONCE)
}

pub(crate) fn check(password: &str) -> Result<()> {
    if password.chars().count() >= SHORTEST && password.len() <= LONGEST {
        return Ok(());
    }
    Err(Error::invalid(
        "password_too_short",
        text!(
            "The password needs at least {SHORTEST} characters (and at most 1,024 bytes).",
            "密碼至少需要 {SHORTEST} 個字元（最多 1,024 位元組）。"
        ),
    ))
}

/// On a thread of its own, by turns.
async fn apart<T: Send + 'static>(core: &Core, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let broken = || Error::corrupt("the password could not be hashed");
    let _turn = core.hashing.acquire().await.map_err(|_| broken())?;
    tokio::task::spawn_blocking(work).await.map_err(|_| broken())
}

pub(crate) async fn hash(core: &Core, password: &str) -> Result<String> {
    check(password)?;
    let password = password.to_owned();
    let hashed = apart(core, move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await?.map_err(|_| Error::corrupt("the password could not be hashed"))
}

/// Whether it is the password of this hash; of nobody's never, and not sooner.
pub(crate) async fn fits(core: &Core, password: &str, hash: Option<&str>) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let (password, known) = (password.to_owned(), hash.is_some());
    let hash = hash.unwrap_or(NOBODY).to_owned();
    let fits =
        apart(core, move || Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok());
    Ok(fits.await? && known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_costs_what_everybody_costs() {
        let real = Argon2::default().hash_password(b"correct horse").expect("hashes").to_string();
        let parameters = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parameters(&real), parameters(NOBODY));
        let refused = Argon2::default().verify_password(b"correct horse", NOBODY);
        // The hash reads and was computed; it only does not fit.
        assert!(matches!(refused, Err(argon2::password_hash::Error::PasswordInvalid)), "{refused:?}");
    }
}
