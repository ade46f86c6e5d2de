//! Names by which one sees that what they name is not for everyone.

/// Whether a header or a field of a query may hold a credential, by its name.
pub fn is_credential(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["auth", "cookie", "credential", "key", "passw", "secret", "session", "signature", "token"];
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_credential;

    #[test]
    fn names_tell() {
        for name in ["Authorization", "X-Api-Key", "access_token", "PASSWORD", "x-hub-signature-256"] {
            assert!(is_credential(name), "{name}");
        }
        for name in ["content-type", "page", "x-request-id"] {
            assert!(!is_credential(name), "{name}");
        }
    }
}
