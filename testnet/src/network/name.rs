//! Names of networks: two words that a person can say, and four hex digits that make the chain id unique.

/// 16 adjectives and 16 animals: 256 spoken names; the id's hex digits tell apart what has the same name.
const ADJECTIVES: [&str; 16] = [
    "quiet", "bright", "brave", "calm", "clever", "eager", "gentle", "happy", "keen", "lucky", "merry",
    "noble", "proud", "swift", "warm", "wise",
];
const ANIMALS: [&str; 16] = [
    "falcon", "otter", "badger", "heron", "lynx", "marten", "owl", "raven", "seal", "stork", "swan", "tern",
    "vole", "wolf", "wren", "hare",
];

/// The id of a new network, made of `entropy`: `quiet-falcon-7f3a12`.
///
/// ```
/// assert_eq!(taonet_testnet::network::name::id_from([0x10, 0x7f, 0x3a, 0x12]), "bright-falcon-7f3a12");
/// ```
pub fn id_from(entropy: [u8; 4]) -> String {
    let [words, rest @ ..] = entropy;
    let adjective = ADJECTIVES[usize::from(words >> 4)];
    let animal = ANIMALS[usize::from(words & 15)];
    format!("{adjective}-{animal}-{}", hex::encode(rest))
}

/// The spoken part of an id: `quiet-falcon`.
pub fn spoken(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(name, _)| name)
}
