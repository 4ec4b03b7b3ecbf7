//! What the kernel says of the computer and of processes.

use std::{fs, thread};

/// The kernel counts the time of processes in hundredths of a second, whatever its own clock.
const TICKS_PER_SECOND: f64 = 100.0;

/// Cores that this program may use.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How many processes wanted to run, averaged over the last minute.
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}

/// Seconds of processor time that a process has used; 0 if it is gone.
pub(super) fn seconds_of(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name may hold blanks and brackets; after the last bracket, user and system time are fields 11 and 12.
    let Some((_, fields)) = text.rsplit_once(')') else { return 0.0 };
    let ticks: f64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}

/// Seconds in which cores were at work since the computer started, whoever used them.
pub(super) fn busy_seconds() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let Some(all) = text.lines().next() else { return 0.0 };
    let ticks: Vec<f64> = all.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // Fields: user nice system idle iowait irq softirq steal, and guests, which user time has already.
    let busy: f64 =
        ticks.iter().take(8).enumerate().filter(|(index, _)| ![3, 4].contains(index)).map(|(_, t)| t).sum();
    busy / TICKS_PER_SECOND
}
