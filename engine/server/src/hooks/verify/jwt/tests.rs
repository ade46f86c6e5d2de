//! Tokens made with openssl: an implementation of its own.

use axum::http::HeaderValue;

use super::*;

const HS256: &str = concat!(
    "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlLmNvbSIsICJhdWQiOiBbImh",
    "vb2tzIiwgIm90aGVyIl0sICJleHAiOiAyMDAwMDAwMDAwLCAibmJmIjogMTcwMDAwMDAwMH0.AwirKE-1B7K313RVM6aVStw3qSk",
    "9CiOcce57hpXIB9I"
);
const RS256: &str = concat!(
    "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicjEifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlLmNvb",
    "SIsICJhdWQiOiBbImhvb2tzIiwgIm90aGVyIl0sICJleHAiOiAyMDAwMDAwMDAwLCAibmJmIjogMTcwMDAwMDAwMH0.TEZggHg5S",
    "-ZfdOADpV-_FEnvIrNNnXq1cTg_47AIw0nHSm9T46gD_I1oavA9XARFi0LqnOdbFQWKz-U-sivpZduY197WwnU0f6WuO0guD6pkD",
    "ZBO1JIK6g0DraeddSqEWP1zqMxBmCNySe-rGgwfs3hnZtc2Y6C4KVnqCVGe5tNDrXtvcBijnS1MYuI7IwpKxXKfVODTOsO1mRLgC",
    "2k_7Hb7WEFYMMfE3_39hgRgNWx9LXuKlPUVW4JM-u3gto1ZYgAjC51aCWDMORaU_WmYe4OPh90I8R-Xy5yhU19P-w_grQLeX5zzA",
    "o7hgGpxxOtCg2L014smioAfnVkv164ahQ"
);
const ES256: &str = concat!(
    "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZTEifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlLmNvb",
    "SIsICJhdWQiOiBbImhvb2tzIiwgIm90aGVyIl0sICJleHAiOiAyMDAwMDAwMDAwLCAibmJmIjogMTcwMDAwMDAwMH0.RKEEaITP9",
    "IOQvxt96_9dv_czf1WQ6BW65AOVKBJpIvunzbtc2dymXfwtMI99Ko1dp_eCkmTQYjKdGkejKbt0og"
);
const RSA_PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA25ZK/fgeuGcJkuwAQD4R\n\
g46zMnEy1/3NBeHVpf0gq6CYzexXvWrTCGcR+jLx+3vYDNR8KqIXrb3rRXCQhOed\n\
yjGjvWOqa7kDq8j2TvGpHKCth96np4Lbe4Gdv+xfPeuKyqYUONM4Qleo6GH7Z98Y\n\
CLUCZTfFRmhD9u1rxl0yuTqicOttpo2yfekKW8oBHOYRrQxAhg/MxDmZsJGkVts2\n\
V7ZAvi/SNvovPaPXuuGn9t+3DEg5DYu7He0enNU/tyeD83zEquZTY0sU0sJkofWj\n\
ZIZvBa+/A++wLREHktLTS9IhlNWg0HnoR2BKr2DY+maaKqm4ZRB7ZjCbs2KLf5G8\n\
wQIDAQAB\n\
-----END PUBLIC KEY-----\n\
";
const EC_PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOHAQFwGXAwN99cMnRaTaehTDgPcJ\n\
yvtzC/ZBcwyACdDzveRmZzJK96Y9fKhXTk9h4otgbLDNNCQaPFD0zcOYmw==\n\
-----END PUBLIC KEY-----\n\
";
const RSA_N: &str = concat!(
    "25ZK_fgeuGcJkuwAQD4Rg46zMnEy1_3NBeHVpf0gq6CYzexXvWrTCGcR-jLx-3vYDNR8KqIXrb3rRXCQhOedyjGjvWOqa7kDq8j2",
    "TvGpHKCth96np4Lbe4Gdv-xfPeuKyqYUONM4Qleo6GH7Z98YCLUCZTfFRmhD9u1rxl0yuTqicOttpo2yfekKW8oBHOYRrQxAhg_M",
    "xDmZsJGkVts2V7ZAvi_SNvovPaPXuuGn9t-3DEg5DYu7He0enNU_tyeD83zEquZTY0sU0sJkofWjZIZvBa-_A--wLREHktLTS9Ih",
    "lNWg0HnoR2BKr2DY-maaKqm4ZRB7ZjCbs2KLf5G8wQ"
);
const EC_X: &str = "OHAQFwGXAwN99cMnRaTaehTDgPcJyvtzC_ZBcwyACdA";
const EC_Y: &str = "873kZmcySvemPXyoV05PYeKLYGywzTQkGjxQ9M3DmJs";
const SECRET: &[u8] = b"a shared secret of some length";
/// Within `nbf` 1700000000 and `exp` 2000000000.
const NOW: Time = Time(1_800_000_000_000);

fn jwt(algorithm: JwtAlgorithm, key: Key) -> Jwt {
    Jwt {
        algorithm,
        header: "authorization".into(),
        key,
        issuer: None,
        audience: None,
        leeway: Span::from_secs(60),
    }
}

fn hs256() -> Jwt {
    jwt(JwtAlgorithm::Hs256, Key::Secret(SECRET.to_vec()))
}

fn takes(jwt: &Jwt, token: &str, now: Time) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_str(&format!("Bearer {token}")).expect("a value"));
    jwt.check(&headers, now).is_ok()
}

fn signed(head: &str, claims: &str) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("a key").chain_update(&text).finalize();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.into_bytes()))
}

fn jwks() -> String {
    format!(
        r#"{{"keys":[{{"kty":"oct","k":"AA"}},{{"kty":"RSA","kid":"r0","use":"enc","n":"{RSA_N}","e":"AQAB"}},
        {{"kty":"RSA","kid":"r1","use":"sig","alg":"RS256","n":"{RSA_N}","e":"AQAB"}},
        {{"kty":"EC","kid":"e1","crv":"P-256","x":"{EC_X}","y":"{EC_Y}"}}]}}"#
    )
}

#[test]
fn each_algorithm_verifies() {
    assert!(takes(&hs256(), HS256, NOW));
    let pem = |pem, rsa| Key::Public(vec![(None, key::from_pem(pem, rsa).expect("a key"))]);
    let set = |rsa| Key::Public(key::from_jwks(&jwks(), rsa).expect("keys"));
    assert!(takes(&jwt(JwtAlgorithm::Rs256, pem(RSA_PEM, true)), RS256, NOW));
    assert!(takes(&jwt(JwtAlgorithm::Es256, pem(EC_PEM, false)), ES256, NOW));
    assert!(takes(&jwt(JwtAlgorithm::Rs256, set(true)), RS256, NOW));
    assert!(takes(&jwt(JwtAlgorithm::Es256, set(false)), ES256, NOW));
    let other = Key::Public(vec![(Some("r2".into()), key::from_pem(RSA_PEM, true).expect("a key"))]);
    assert!(!takes(&jwt(JwtAlgorithm::Rs256, other), RS256, NOW), "a key of another name");
    let crossed = |token: &str, jwt: &Jwt| !takes(jwt, token, NOW);
    assert!(
        crossed(ES256, &jwt(JwtAlgorithm::Rs256, set(true)))
            && crossed(RS256, &jwt(JwtAlgorithm::Es256, set(false)))
    );
}

#[test]
fn keys_of_another_kind_are_none() {
    assert!(key::from_pem(RSA_PEM, false).is_none() && key::from_pem(EC_PEM, true).is_none());
    for bad in [
        "",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
        "AAAA",
    ] {
        assert!(key::from_pem(bad, true).is_none() && key::from_pem(bad, false).is_none(), "{bad}");
    }
    for bad in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}]}"#] {
        assert!(key::from_jwks(bad, true).is_none() && key::from_jwks(bad, false).is_none(), "{bad}");
    }
}

#[test]
fn the_algorithm_is_the_documents() {
    let good = r#"{"exp":2000000000}"#;
    assert!(takes(&hs256(), &signed(r#"{"alg":"HS256"}"#, good), NOW));
    for head in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{}"#,
        r#"[]"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
    ] {
        assert!(!takes(&hs256(), &signed(head, good), NOW), "{head}");
    }
    let unsigned = signed(r#"{"alg":"none"}"#, good);
    let (unsigned, _) = unsigned.rsplit_once('.').expect("parts");
    assert!(!takes(&hs256(), &format!("{unsigned}."), NOW) && !takes(&hs256(), unsigned, NOW));
    // The public key as an HMAC secret: the old confusion.
    let key = Key::Public(vec![(None, key::from_pem(RSA_PEM, true).expect("a key"))]);
    assert!(!takes(&jwt(JwtAlgorithm::Rs256, key), HS256, NOW));
}

#[test]
fn claims_are_held_to() {
    let with = |issuer: Option<&str>, audience: Option<&str>| Jwt {
        issuer: issuer.map(str::to_owned),
        audience: audience.map(str::to_owned),
        ..hs256()
    };
    assert!(takes(&with(Some("https://id.example.com"), Some("hooks")), HS256, NOW));
    assert!(!takes(&with(Some("https://id.example.org"), None), HS256, NOW));
    assert!(!takes(&with(None, Some("hook")), HS256, NOW));
    let at = |seconds: i64| takes(&hs256(), HS256, Time(seconds * 1000));
    assert!(at(2_000_000_059) && !at(2_000_000_061), "exp with its leeway");
    assert!(at(1_699_999_941) && !at(1_699_999_939), "nbf with its leeway");
    for claims in [
        "{}",
        r#"{"exp":"2000000000"}"#,
        r#"{"exp":null}"#,
        r#"{"exp":2000000000,"nbf":"0"}"#,
        r#"{"exp":2000000000,"nbf":null}"#,
        r#"{"exp":-1}"#,
        "[]",
        "1",
    ] {
        assert!(!takes(&hs256(), &signed(r#"{"alg":"HS256"}"#, claims), NOW), "{claims}");
    }
    assert!(takes(&hs256(), &signed(r#"{"alg":"HS256"}"#, r#"{"exp":2000000000.5,"nbf":1.5}"#), NOW));
    let aud = with(None, Some("hooks"));
    assert!(takes(&aud, &signed(r#"{"alg":"HS256"}"#, r#"{"exp":2000000000,"aud":"hooks"}"#), NOW));
    assert!(!takes(&aud, &signed(r#"{"alg":"HS256"}"#, r#"{"exp":2000000000}"#), NOW));
}

#[test]
fn what_was_changed_or_is_no_token_is_refused() {
    for at in 0..HS256.len() {
        let mut bytes = HS256.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("text");
        // The last character holds bits that mean nothing.
        assert!(!takes(&hs256(), &changed, NOW) || at + 1 == HS256.len(), "{at}");
    }
    for bad in ["", ".", "..", "a.b.c", "...", &"a".repeat(20_000)] {
        assert!(!takes(&hs256(), bad, NOW), "{bad}");
    }
}
