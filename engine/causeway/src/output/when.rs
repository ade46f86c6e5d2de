//! Times in the reader's zone, and durations as people say them.

use causeway_model::{Locale, Span, Time};
use chrono::Local;

/// `2026-03-02 14:05:09`, in the machine's zone.
pub fn time(at: Time) -> String {
    at.to_datetime().with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// With milliseconds and the zone.
pub fn exact_time(at: Time) -> String {
    at.to_datetime().with_timezone(&Local).format("%Y-%m-%d %H:%M:%S%.3f %:z").to_string()
}

/// The time of day only.
pub fn clock(at: Time) -> String {
    at.to_datetime().with_timezone(&Local).format("%H:%M:%S%.3f").to_string()
}

/// `12 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`.
pub fn span(span: Span, locale: Locale) -> String {
    micros(span.millis().saturating_mul(1000), locale)
}

pub fn micros(micros: u64, locale: Locale) -> String {
    let zh = locale == Locale::ZhTw;
    let (ms, s, min, h, d) = match zh {
        false => ("ms", "s", "min", "h", "d"),
        true => ("毫秒", "秒", "分", "小時", "天"),
    };
    let millis = micros / 1000;
    let seconds = millis / 1000;
    match () {
        () if micros < 10_000 && !micros.is_multiple_of(1000) => {
            format!("{}.{:02} {ms}", millis, micros % 1000 / 10)
        }
        () if millis < 1000 => format!("{millis} {ms}"),
        () if seconds < 60 => format!("{}.{} {s}", seconds, millis % 1000 / 100),
        () if seconds < 3600 => format!("{} {min} {} {s}", seconds / 60, seconds % 60),
        () if seconds < 86_400 => format!("{} {h} {} {min}", seconds / 3600, seconds / 60 % 60),
        () => format!("{} {d} {} {h}", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let said = |millis| span(Span::from_millis(millis), Locale::En);
        assert_eq!(said(0), "0 ms");
        assert_eq!(said(999), "999 ms");
        assert_eq!(said(4_250), "4.2 s");
        assert_eq!(said(185_000), "3 min 5 s");
        assert_eq!(said(7_800_000), "2 h 10 min");
        assert_eq!(said(273_600_000), "3 d 4 h");
        assert_eq!(micros(420, Locale::En), "0.42 ms");
        assert_eq!(span(Span::from_secs(61), Locale::ZhTw), "1 分 1 秒");
    }
}
