//! Hashes, signatures and encryption. Most of their code is in `secrets::operation`, since secrets go through them too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rhai::Dynamic;

use super::{Arguments, Function, Group};
use crate::fault::Result;
use crate::secrets::aes;

pub(super) static GROUP: Group = Group {
    name: "hashes",
    en: "Hashes, signatures and encryption",
    zh: "雜湊、簽章與加密",
    functions: &[
        Function::operation(
            "md5(text) -> text",
            "MD5 of a text, as hex. For old systems only; it is no protection.",
            "文字的 MD5 雜湊（十六進位）。僅供舊系統使用，不具保護作用。",
            &[(r#"md5("abc")"#, r#""900150983cd24fb0d6963f7d28e17f72""#)],
        ),
        Function::operation(
            "sha1(text) -> text",
            "SHA-1 of a text, as hex.",
            "文字的 SHA-1 雜湊（十六進位）。",
            &[(r#"sha1("abc")"#, r#""a9993e364706816aba3e25717850c26c9cd0d89d""#)],
        ),
        Function::operation(
            "sha256(text) -> text",
            "SHA-256 of a text, as hex.",
            "文字的 SHA-256 雜湊（十六進位）。",
            &[(r#"sha256("abc")"#, r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#)],
        ),
        Function::operation(
            "sha256_base64(text) -> text",
            "SHA-256 of a text, as base64.",
            "文字的 SHA-256 雜湊（base64）。",
            &[(r#"sha256_base64("abc")"#, r#""ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=""#)],
        ),
        Function::operation(
            "sha512(text) -> text",
            "SHA-512 of a text, as hex.",
            "文字的 SHA-512 雜湊（十六進位）。",
            &[(r#"sha512("abc").len()"#, "128")],
        ),
        Function::operation(
            "hmac_md5(key, text) -> text",
            "HMAC with MD5, as hex. The key may be a secret.",
            "HMAC-MD5 簽章（十六進位）。金鑰可以是密鑰。",
            &[(r#"hmac_md5("key", "abc")"#, r#""d2fe98063f876b03193afb49b4979591""#)],
        ),
        Function::operation(
            "hmac_sha1(key, text) -> text",
            "HMAC with SHA-1, as hex. The key may be a secret.",
            "HMAC-SHA1 簽章（十六進位）。金鑰可以是密鑰。",
            &[(r#"hmac_sha1("key", "abc")"#, r#""4fd0b215276ef12f2b3e4c8ecac2811498b656fc""#)],
        ),
        Function::operation(
            "hmac_sha1_base64(key, text) -> text",
            "HMAC with SHA-1, as base64. The key may be a secret.",
            "HMAC-SHA1 簽章（base64）。金鑰可以是密鑰。",
            &[(r#"hmac_sha1_base64("key", "abc")"#, r#""T9CyFSdu8S8rPkyOysKBFJi2Vvw=""#)],
        ),
        Function::operation(
            "hmac_sha256(key, text) -> text",
            "HMAC with SHA-256, as hex. The key may be a secret: `hmac_sha256(secret.shop_key, steps.order.body)`.",
            "HMAC-SHA256 簽章（十六進位）。金鑰可以是密鑰：`hmac_sha256(secret.shop_key, steps.order.body)`。",
            &[(
                r#"hmac_sha256("key", "abc")"#,
                r#""9c196e32dc0175f86f4b1cb89289d6619de6bee699e4c378e68309ed97a1a6ab""#,
            )],
        ),
        Function::operation(
            "hmac_sha256_base64(key, text) -> text",
            "HMAC with SHA-256, as base64. The key may be a secret.",
            "HMAC-SHA256 簽章（base64）。金鑰可以是密鑰。",
            &[(r#"hmac_sha256_base64("key", "abc")"#, r#""nBluMtwBdfhvSxy4konWYZ3mvuaZ5MN45oMJ7Zehpqs=""#)],
        ),
        Function::operation(
            "hmac_sha512(key, text) -> text",
            "HMAC with SHA-512, as hex. The key may be a secret.",
            "HMAC-SHA512 簽章（十六進位）。金鑰可以是密鑰。",
            &[(r#"hmac_sha512("key", "abc").len()"#, "128")],
        ),
        Function::operation(
            "hmac_sha512_base64(key, text) -> text",
            "HMAC with SHA-512, as base64. The key may be a secret.",
            "HMAC-SHA512 簽章（base64）。金鑰可以是密鑰。",
            &[(r#"hmac_sha512_base64("key", "abc").len()"#, "88")],
        ),
        Function::operation(
            "aes_cbc_encrypt(text, key, iv) -> text",
            "AES in CBC mode with PKCS #7 padding, as base64, as payment gateways ask for it. A key of 16, 24 or 32 bytes, an initial vector of 16; all may be secrets.",
            "AES-CBC 加密（PKCS #7 補位），結果為 base64，供金流服務使用。金鑰 16、24 或 32 位元組，初始向量（IV）16 位元組，都可以是密鑰。",
            &[(
                r#"aes_cbc_encrypt("MerchantID=1&訂單", "0123456789abcdef", "fedcba9876543210")"#,
                r#""sSsWTdZu14ZnWrH6VirQc/rQEayyci9MuvkdGAd1Zx8=""#,
            )],
        ),
        Function::operation(
            "aes_cbc_encrypt_hex(text, key, iv) -> text",
            "The same as hex.",
            "同上，結果為十六進位。",
            &[(
                r#"aes_cbc_encrypt_hex("MerchantID=1", "0123456789abcdef0123456789abcdef", "fedcba9876543210")"#,
                r#""0e90f1139ad3acbdecc5f56fc19737f8""#,
            )],
        ),
        Function::new(
            "aes_cbc_decrypt(text, key, iv) -> text",
            "The text behind `aes_cbc_encrypt`. What it gives could be read, so key and initial vector cannot be secrets; a connector's functions have them in the clear.",
            "還原 `aes_cbc_encrypt` 加密的文字。結果可以讀取，因此金鑰與初始向量（IV）不能是密鑰；連接器的函式可直接取得其內容。",
            &[(
                r#"aes_cbc_decrypt("sSsWTdZu14ZnWrH6VirQc/rQEayyci9MuvkdGAd1Zx8=", "0123456789abcdef", "fedcba9876543210")"#,
                r#""MerchantID=1&訂單""#,
            )],
            |a| {
                let text: String = a.text(0)?.split_whitespace().collect();
                let bytes = STANDARD.decode(text).map_err(|_| a.fail("this is no base64", "不是 base64"))?;
                decrypted(a, &bytes)
            },
        ),
        Function::new(
            "aes_cbc_decrypt_hex(text, key, iv) -> text",
            "The same of hex.",
            "同上，輸入為十六進位。",
            &[(
                r#"aes_cbc_decrypt_hex("0e90f1139ad3acbdecc5f56fc19737f8", "0123456789abcdef0123456789abcdef", "fedcba9876543210")"#,
                r#""MerchantID=1""#,
            )],
            |a| {
                let bytes =
                    hex::decode(a.text(0)?.trim()).map_err(|_| a.fail("this is no hex", "不是十六進位"))?;
                decrypted(a, &bytes)
            },
        ),
    ],
};

fn decrypted(a: &Arguments<'_, '_>, bytes: &[u8]) -> Result<Dynamic> {
    let (key, iv) = (a.text(1)?, a.text(2)?);
    let bytes = aes::decrypt(bytes, &key, &iv).map_err(|why| a.fail(&why.en, &why.zh_tw))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| a.fail("these bytes are no UTF-8 text", "這些位元組不是 UTF-8 文字"))?;
    a.give(text)
}
