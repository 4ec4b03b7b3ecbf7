//! The examples of the book, as doc tests: a chapter whose numbers are wrong fails the test suite.

macro_rules! chapters {
    ($($name:ident = $file:literal),* $(,)?) => {$(
        #[doc = include_str!(concat!("../../docs/book/", $file))]
        pub struct $name;
    )*};
}

chapters! {
    Units = "units.md",
    Supply = "supply.md",
    Pools = "pools.md",
    Sharing = "sharing.md",
    Injection = "injection.md",
    Staking = "staking.md",
    Delegation = "delegation.md",
    Locks = "locks.md",
    Claims = "claims.md",
    Weights = "weights.md",
    Tempo = "tempo.md",
    Yuma = "yuma.md",
    Distribution = "distribution.md",
    Registration = "registration.md",
    Subnets = "subnets.md",
    Swaps = "swaps.md",
    Authorities = "authorities.md",
    Hyperparameters = "hyperparameters.md",
    Fees = "fees.md",
    EventsErrors = "events-errors.md",
    Explaining = "explaining.md",
    Time = "time.md",
    LightClient = "light-client.md",
}
