//! Seeded fuzzing on stable Rust: good inputs, damaged in ways that reach deep into a decoder.
//!
//! Rules:
//! 1. A case is a function of its seed alone. A test runs the seeds 0, 1, 2 … and prints the one that failed together
//!    with the command that runs it again.
//! 2. `TAONET_FUZZ_TIMES=n` multiplies the number of cases (`make fuzz`); `TAONET_FUZZ_SEED=s` starts there, and with
//!    `TAONET_FUZZ_TIMES=0` runs that seed only.
//! 3. The tests of all crates include this file, so that "damaged" means the same everywhere.

#[allow(unreachable_pub, reason = "it is public in the simulator")]
#[path = "../../../testnet/src/sim/random.rs"]
mod random;

pub(crate) use random::Random;

/// Numbers at which code goes wrong: the ends of every width, and lengths that nobody has.
const EDGES: [u64; 12] =
    [0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 40, i64::MAX as u64, u64::MAX];

/// Damages done to one input at most: more only make noise of it.
const DAMAGES: u64 = 4;

/// The longest run of bytes that is inserted, removed or repeated at once.
const RUN: u64 = 48;

/// Runs `quick` cases, or as many times more as the environment says.
pub(crate) fn fuzz(quick: u64, mut case: impl FnMut(&mut Random)) {
    let first = setting("TAONET_FUZZ_SEED").unwrap_or(0);
    let cases = quick.saturating_mul(setting("TAONET_FUZZ_TIMES").unwrap_or(1)).max(1);
    for seed in first..first.saturating_add(cases) {
        let _witness = Witness(seed);
        case(&mut Random::new(seed));
    }
}

#[allow(clippy::disallowed_methods, reason = "not the pure crate reads it, but the test around it")]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// Tells the seed if its case does not come to an end.
struct Witness(u64);

impl Drop for Witness {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let thread = std::thread::current();
            let (seed, test) = (self.0, thread.name().unwrap_or_default());
            eprintln!("seed {seed}: TAONET_FUZZ_SEED={seed} TAONET_FUZZ_TIMES=0 cargo test {test}");
        }
    }
}

/// Bytes that are nearly one of `good`, or, seldom, noise.
pub(crate) fn damaged(random: &mut Random, good: &[Vec<u8>]) -> Vec<u8> {
    if random.chance(5) {
        return noise(random);
    }
    let mut bytes = random.pick(good).cloned().unwrap_or_default();
    for _ in 0..random.between(1, DAMAGES) {
        damage(random, &mut bytes, good);
    }
    bytes
}

/// Random bytes.
pub(crate) fn noise(random: &mut Random) -> Vec<u8> {
    (0..random.below(4 * RUN)).map(|_| random.bits() as u8).collect()
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>, good: &[Vec<u8>]) {
    let at = random.below(bytes.len() as u64 + 1) as usize;
    let end = at.saturating_add(random.between(1, RUN) as usize).min(bytes.len());
    match random.below(8) {
        0 => bytes[at..end].iter_mut().take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
        1 => bytes[at..end].iter_mut().take(1).for_each(|byte| *byte = random.bits() as u8),
        2 => overwrite(&mut bytes[at..], &edge(random)),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let run = bytes[at..end].to_vec();
            drop(bytes.splice(at..at, run));
        }
        5 => {
            let run = noise(random);
            drop(bytes.splice(at..at, run));
        }
        6 => bytes.truncate(at),
        _ => {
            // The front of one and the back of another.
            let other = random.pick(good).cloned().unwrap_or_default();
            let from = random.below(other.len() as u64 + 1) as usize;
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
}

/// An edge as one to eight bytes, little endian.
fn edge(random: &mut Random) -> Vec<u8> {
    let number = *random.pick(&EDGES).expect("there are edges");
    let width = 1 << random.below(4);
    number.to_le_bytes()[..width].to_vec()
}

fn overwrite(place: &mut [u8], with: &[u8]) {
    place.iter_mut().zip(with).for_each(|(byte, new)| *byte = *new);
}

/// Text that is nearly one of `good`: damaged bytes, edges in place of numbers, words of `words` anywhere.
#[allow(dead_code, reason = "not every crate reads text")]
pub(crate) fn damaged_text(random: &mut Random, good: &[String], words: &[&str]) -> String {
    let bytes: Vec<Vec<u8>> = good.iter().map(|text| text.clone().into_bytes()).collect();
    if random.chance(50) {
        return String::from_utf8_lossy(&damaged(random, &bytes)).into_owned();
    }
    let mut text = random.pick(good).cloned().unwrap_or_default();
    for _ in 0..random.between(1, DAMAGES) {
        text = if random.chance(50) { with_edge(random, &text) } else { with_word(random, &text, words) };
    }
    text
}

/// One of the numbers in `text` replaced by an edge.
fn with_edge(random: &mut Random, text: &str) -> String {
    let digits = |at: &usize| text.as_bytes()[*at].is_ascii_digit();
    let places: Vec<usize> = (0..text.len()).filter(digits).collect();
    let Some(&at) = random.pick(&places) else { return text.to_owned() };
    let after = text[at..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |length| at + length);
    let edge = *random.pick(&EDGES).expect("there are edges");
    let sign = if random.chance(20) { "-" } else { "" };
    format!("{}{sign}{edge}{}", &text[..at], &text[after..])
}

/// A word put somewhere into `text`.
fn with_word(random: &mut Random, text: &str, words: &[&str]) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let at = random.pick(&places).copied().unwrap_or(0);
    let word = random.pick(words).copied().unwrap_or("\u{0}");
    format!("{}{word}{}", &text[..at], &text[at..])
}

/// A decoder is total, and takes a value in one form only: what it took is written as it came.
#[allow(dead_code, reason = "not every crate has encodings of its own")]
pub(crate) fn one_form<T: borsh::BorshSerialize + borsh::BorshDeserialize>(bytes: &[u8]) -> Option<T> {
    let value: T = borsh::from_slice(bytes).ok()?;
    let written = borsh::to_vec(&value).expect("writing into a vector cannot fail");
    assert_eq!(hex(&written), hex(bytes), "two forms of one value");
    Some(value)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
