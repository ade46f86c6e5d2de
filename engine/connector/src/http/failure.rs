//! What can go wrong on the way, as step errors. None shows a query, a password or a secret: addresses come in as already shown.

use std::error::Error as StdError;
use std::time::Duration;

use causeway_model::{ErrorClass, Span, StepError, text};
use causeway_script::RevealError;
use rustls::AlertDescription;

use super::resolve::{NotFound, Refused};

/// Makes the errors of one exchange.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// `https://host/path`, masked.
    pub shown: String,
    /// Whether an earlier hop was already sent something, so that "nothing was sent" would be untrue.
    pub redirected: bool,
}

impl Target {
    fn unreachable_class(&self) -> ErrorClass {
        if self.redirected { ErrorClass::Timeout } else { ErrorClass::Connect }
    }

    /// Reads what reqwest says. A step's own error (a file that does not read while it is sent) comes back as it is.
    pub fn failed(&self, error: &reqwest::Error) -> StepError {
        let to = &self.shown;
        if let Some(own) = find::<StepError>(error) {
            return own.clone();
        }
        if find::<Refused>(error).is_some() {
            return self.refused();
        }
        if find::<NotFound>(error).is_some() || error.is_dns() {
            return StepError::new(
                "dns_failed",
                self.unreachable_class(),
                text!(
                    "The host name of {to} was not found: check the URL, and the network's DNS",
                    "找不到 {to} 的主機名稱：請檢查網址與網路的 DNS"
                ),
            );
        }
        if let Some(rustls::Error::AlertReceived(alert)) = find::<rustls::Error>(error)
            && is_about_us(*alert)
        {
            return StepError::new(
                "client_certificate_refused",
                ErrorClass::Auth,
                text!(
                    "{to} does not accept the client certificate, or misses one ({alert:?}): check the connection's certificate and key",
                    "{to} 不接受用戶端憑證，或要求提供憑證（{alert:?}）：請檢查連線的憑證與金鑰"
                ),
            );
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return StepError::new(
                "tls_failed",
                self.unreachable_class(),
                text!(
                    "No secure connection to {to} ({tls}): check its certificate, and that it speaks https",
                    "無法與 {to} 建立安全連線（{tls}）：請檢查憑證，並確認對方使用 https"
                ),
            );
        }
        if error.is_connect() {
            return StepError::new(
                "connect_failed",
                self.unreachable_class(),
                text!(
                    "{to} could not be reached, nothing was sent to it: check that it is up and that the port is open",
                    "無法連線到 {to}，未送出任何資料：請確認對方已啟動且連接埠可用"
                ),
            );
        }
        if find::<std::io::Error>(error).is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return StepError::new(
                "answer_invalid",
                ErrorClass::Timeout,
                text!(
                    "The compressed answer of {to} does not unpack; the call may have happened",
                    "{to} 的壓縮回應無法解開；這次呼叫可能已經生效"
                ),
            );
        }
        StepError::new(
            "connection_lost",
            ErrorClass::Timeout,
            text!(
                "The connection to {to} broke before the answer was whole; the call may have happened",
                "與 {to} 的連線在回應完成前中斷；這次呼叫可能已經生效"
            ),
        )
    }

    pub fn refused(&self) -> StepError {
        let to = &self.shown;
        StepError::new(
            "address_refused",
            ErrorClass::Invalid,
            text!(
                "{to} is in a private network, where calls may go only if its host is allowed: add it to CAUSEWAY_ALLOW_HOSTS",
                "{to} 位於私有網路，需先允許該主機才能呼叫：請把它加入 CAUSEWAY_ALLOW_HOSTS"
            ),
        )
    }

    pub fn refused_to_connector(&self) -> StepError {
        let to = &self.shown;
        StepError::new(
            "address_refused",
            ErrorClass::Invalid,
            text!(
                "{to} is in a private network, where a connector may call only the address in its connection's settings: set `base_url` there if it is the right one",
                "{to} 位於私有網路，連接器在私有網路只能呼叫連線設定中的網址：若網址正確，請在連線設定 `base_url`"
            ),
        )
    }

    pub fn timed_out(&self, after: Duration) -> StepError {
        let to = &self.shown;
        let after = Span::from_millis(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
        StepError::new(
            "timeout",
            ErrorClass::Timeout,
            text!(
                "{to} did not answer within {after}; the call may have happened. Raise `timeout` if it is slow by nature",
                "{to} 未在 {after} 內回應；這次呼叫可能已經生效。若對方本來就慢，請調高 `timeout`"
            ),
        )
    }

    pub fn too_large(&self, limit: u64) -> StepError {
        let (to, limit) = (&self.shown, limit / 1024);
        StepError::new(
            "answer_too_large",
            ErrorClass::Exceeded,
            text!(
                "The answer of {to} is larger than {limit} kB: ask for less at once",
                "{to} 的回應超過 {limit} kB：請分批要求較少的資料"
            ),
        )
    }

    pub fn malformed(&self) -> StepError {
        let to = &self.shown;
        StepError::new(
            "answer_invalid",
            ErrorClass::Invalid,
            text!(
                "The long answer of {to} says it is JSON but does not read as such",
                "{to} 的長回應標示為 JSON，但內容無法解析"
            ),
        )
    }

    pub fn too_many_redirects(&self, most: usize) -> StepError {
        let to = &self.shown;
        StepError::new(
            "too_many_redirects",
            ErrorClass::Invalid,
            text!(
                "{to} redirected more than {most} times: use the address it ends at",
                "{to} 重新導向超過 {most} 次：請直接使用最終網址"
            ),
        )
    }

    pub fn redirect_refused(&self) -> StepError {
        let to = &self.shown;
        StepError::new(
            "redirect_refused",
            ErrorClass::Invalid,
            text!(
                "A redirect to {to} would send a body with a secret to another site: call that address itself if it is right",
                "重新導向到 {to} 會把含密鑰的內容送到另一個網站：若網址正確，請直接呼叫它"
            ),
        )
    }
}

/// Whether the other side ends the connection for the certificate that we showed, or did not.
fn is_about_us(alert: AlertDescription) -> bool {
    use AlertDescription as A;
    matches!(
        alert,
        A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::CertificateRequired
            | A::UnknownCA
            | A::AccessDenied
            // Its signature is not that of the authority whose name it has.
            | A::DecryptError
    )
}

/// A URL that cannot be called. The URL itself is not shown: it may hold anything.
pub(super) fn invalid_url(en: &str, zh: &str) -> StepError {
    StepError::new("invalid_url", ErrorClass::Invalid, text!("The URL {en}", "網址{zh}"))
}

pub(super) fn invalid_header(name: &str) -> StepError {
    let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    StepError::new(
        "invalid_header",
        ErrorClass::Invalid,
        text!(
            "The header `{name}` cannot be sent: names are letters, digits and -, values are one line, and headers that steer the \
             connection (Host, Content-Length ...) are set by themselves",
            "標頭 `{name}` 無法送出：名稱只能用英數字與 -，值必須是單行，而控制連線的標頭（Host、Content-Length 等）由系統自動設定"
        ),
    )
}

pub(super) fn invalid_method() -> StepError {
    StepError::new(
        "invalid_method",
        ErrorClass::Invalid,
        text!(
            "This HTTP method cannot be sent: use GET, POST, PUT ...",
            "無法使用這個 HTTP 方法：請用 GET、POST、PUT 等"
        ),
    )
}

pub(super) fn unrevealed(error: RevealError) -> StepError {
    match error {
        RevealError::UnknownSecret(name) => StepError::new(
            "secret_unknown",
            ErrorClass::Invalid,
            text!(
                "There is no secret `{name}`: set it with `causeway secret set {name}`",
                "沒有密鑰 `{name}`：請用 `causeway secret set {name}` 設定"
            ),
        ),
        RevealError::Invalid(why) => StepError::new(
            "secret_invalid",
            ErrorClass::Invalid,
            text!("A secret value of this step cannot be used: {why}", "此步驟的密鑰值無法使用：{why}"),
        ),
    }
}

pub(super) fn invalid_allow_hosts(entry: &str) -> StepError {
    StepError::new(
        "invalid_allow_hosts",
        ErrorClass::Invalid,
        text!(
            "`{entry}` in the allowed hosts is neither host, host:port nor CIDR: write it like erp.local, erp.local:8080 or 10.0.0.0/8",
            "允許的主機中的 `{entry}` 不是主機、主機:連接埠或 CIDR：請寫成 erp.local、erp.local:8080 或 10.0.0.0/8"
        ),
    )
}

pub(super) fn unbuilt(why: &dyn std::fmt::Display) -> StepError {
    StepError::new(
        "http_client",
        ErrorClass::Bug,
        text!("The HTTP client could not be made: {why}", "無法建立 HTTP 用戶端：{why}"),
    )
}

/// The first error of a type in a chain; looks inside `io::Error`, which hides what it carries.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<T>() {
            return Some(found);
        }
        let inside = current.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        next = match inside {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => current.source(),
        };
    }
    None
}
