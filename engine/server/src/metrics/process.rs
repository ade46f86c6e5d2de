//! What the operating system says of this process, where it says it as Linux does.

/// Bytes of memory that the process has in use.
pub fn resident_bytes() -> Option<u64> {
    resident_in(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Seconds of processor time, in user mode and in the kernel.
pub fn cpu_seconds() -> Option<f64> {
    cpu_in(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// Linux tells user space a hundred ticks per second, whatever the kernel's own are.
fn cpu_in(stat: &str) -> Option<f64> {
    // The name in brackets may hold spaces.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, kernel): (u32, u32) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((f64::from(user) + f64::from(kernel)) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_linux_are_understood() {
        assert_eq!(resident_in("Name:\tx\nVmRSS:\t   12 kB\n"), Some(12 * 1024));
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20";
        assert_eq!(cpu_in(stat), Some(2.0));
        assert_eq!((resident_in(""), cpu_in("")), (None, None));
    }
}
