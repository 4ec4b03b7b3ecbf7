//! The scenarios that come with the program: a story each.
//!
//! Each names the one change that must make it fail; the tests run it both ways.

/// A name and a file, in the order in which they are best read.
pub const LIBRARY: [(&str, &str); 14] = [
    ("first-epoch", include_str!("../../scenarios/first-epoch.toml")),
    ("clipping", include_str!("../../scenarios/clipping.toml")),
    ("late-mover", include_str!("../../scenarios/late-mover.toml")),
    ("copier-against-commit-reveal", include_str!("../../scenarios/copier-against-commit-reveal.toml")),
    ("cabal-below-kappa", include_str!("../../scenarios/cabal-below-kappa.toml")),
    ("cabal-above-kappa", include_str!("../../scenarios/cabal-above-kappa.toml")),
    ("dead-miner", include_str!("../../scenarios/dead-miner.toml")),
    ("immunity-and-pruning", include_str!("../../scenarios/immunity-and-pruning.toml")),
    ("owner-stake-clips-all", include_str!("../../scenarios/owner-stake-clips-all.toml")),
    ("whale-and-price-impact", include_str!("../../scenarios/whale-and-price-impact.toml")),
    ("halving", include_str!("../../scenarios/halving.toml")),
    ("minority-partition", include_str!("../../scenarios/minority-partition.toml")),
    ("authority-to-stake", include_str!("../../scenarios/authority-to-stake.toml")),
    ("subnet-deregistration", include_str!("../../scenarios/subnet-deregistration.toml")),
];

/// The file of a scenario that comes with the program.
pub fn bundled(name: &str) -> Option<&'static str> {
    LIBRARY.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
