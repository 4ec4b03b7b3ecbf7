//! The whole database on one page.
//!
//! Rules:
//! 1. Every table has its own prefix byte, and one owner: the file that may write it. Others call its functions.
//! 2. One record per subnet ([`SUBNET_STATES`]) holds everything that changes every block; one value per subnet and
//!    epoch vector; one value per row of weights or bonds. So an empty block writes at most two keys per subnet.
//! 3. Prefixes never change: they are part of what the state root commits to.

macro_rules! schema {
    ($($prefix:literal $name:ident $key:literal $value:literal $owner:literal $doc:literal;)*) => {
        $(#[doc = $doc] #[doc = concat!("Owner: `", $owner, "`.")] pub const $name: u8 = $prefix;)*

        /// One table.
        #[derive(Clone, Copy, Debug)]
        pub struct Entry {
            /// The first byte of its keys.
            pub prefix: u8,
            /// Its name.
            pub name: &'static str,
            /// The fields of a key.
            pub key: &'static str,
            /// The type of a value.
            pub value: &'static str,
            /// The file that may write it.
            pub owner: &'static str,
            /// What it holds.
            pub doc: &'static str,
        }

        /// All tables.
        pub const ALL: &[Entry] = &[$(Entry {
            prefix: $prefix, name: stringify!($name), key: $key, value: $value, owner: $owner, doc: $doc,
        }),*];
    };
}

schema! {
    1 SETTINGS "" "Settings" "ledger/settings.rs" "What genesis fixed for ever: identity, limits, fees.";
    2 AUTHORITIES "" "AuthoritySet" "ledger/authorities.rs" "Who decides the next height.";
    3 OFFENCES "authority" "u64" "ledger/authorities.rs" "Up to which height an authority's offences are settled.";
    10 ISSUANCE "" "Issuance" "ledger/issuance.rs" "How much TAO exists, and how much of it is staked.";
    11 BALANCES "account" "Tao" "ledger/accounts.rs" "Free balances.";
    12 NONCES "account" "u64" "ledger/accounts.rs" "How many transactions an account has had executed.";
    20 NETWORK_PARAMS "" "NetworkParams" "ledger/params.rs" "The parameters of the network.";
    21 SUBNET_PARAMS "netuid" "SubnetParams" "ledger/params.rs" "The parameters of each subnet.";
    22 OWNER_CLOCKS "netuid, parameter" "u64" "ledger/params.rs" "When an owner last changed a parameter.";
    23 NEW_SUBNET "" "SubnetParams" "ledger/params.rs" "The parameters with which new subnets start.";
    24 RECENT_BLOCKS "number" "Hash" "ledger/work.rs" "The blocks that work can be done on, where it pays.";
    30 SUBNETS "netuid" "Subnet" "ledger/subnets.rs" "What rarely changes about a subnet.";
    31 SUBNET_STATES "netuid" "SubnetState" "ledger/subnets.rs" "What changes about a subnet in every block.";
    32 CREATION "" "Creation" "ledger/subnets.rs" "When and at what cost subnets were last created.";
    33 CREATIONS "netuid" "u64" "ledger/subnets.rs" "How many subnets have had a number.";
    34 REMAINS "netuid" "Remains" "ledger/subnets.rs" "What a dissolved subnet leaves to the next of its number.";
    35 SUBNET_IDENTITIES "netuid" "SubnetIdentity" "ledger/identities.rs" "Who a subnet says it is.";
    36 IDENTITIES "coldkey" "Identity" "ledger/identities.rs" "Who a coldkey says it is.";
    37 HOTKEY_SWAP_CLOCKS "coldkey" "u64" "ledger/swaps.rs" "When a coldkey last swapped a hotkey.";
    38 SUBNET_SWAP_CLOCKS "netuid, coldkey" "u64" "ledger/swaps.rs" "When it last did so on one subnet.";
    39 COLDKEY_SWAPS "coldkey" "Announcement" "ledger/swaps.rs" "Which coldkeys are about to be swapped.";
    40 NEURONS "netuid, uid" "Neuron" "ledger/neurons.rs" "Who holds which slot.";
    41 UIDS "hotkey, netuid" "u16" "ledger/neurons.rs" "The slot of a hotkey.";
    42 AXONS "netuid, hotkey" "Axon" "ledger/neurons/served.rs" "Where hotkeys can be reached.";
    43 PROMETHEUS "netuid, hotkey" "Prometheus" "ledger/neurons/served.rs" "Where they serve what Prometheus reads.";
    44 CERTIFICATES "netuid, hotkey" "Certificate" "ledger/neurons/served.rs" "The keys with which their axons answer.";
    50 WEIGHTS "mechanism index, uid" "Row" "ledger/epochs.rs" "The weights that validators set.";
    51 BONDS "mechanism index, uid" "Row" "ledger/epochs.rs" "The bonds of validators, as the last epoch left them.";
    52 LAST_UPDATE "mechanism index" "Vec<u64>" "ledger/epochs.rs" "When weights were last set, by UID.";
    53 INCENTIVE "mechanism index" "Vec<u16>" "ledger/epochs.rs" "What the last epoch gave miners, by UID.";
    54 ACTIVE "netuid" "Vec<bool>" "ledger/epochs.rs" "Who spoke lately enough to vote, by UID.";
    55 PERMITS "netuid" "Vec<bool>" "ledger/epochs.rs" "Who holds a validator seat, by UID.";
    56 STAKE_WEIGHT "netuid" "Vec<u16>" "ledger/epochs.rs" "Each one's part of all stake, by UID.";
    57 CONSENSUS "netuid" "Vec<u16>" "ledger/epochs.rs" "The supported weight, by UID.";
    58 DIVIDENDS "netuid" "Vec<u16>" "ledger/epochs.rs" "What the last epoch gave validators, by UID.";
    59 VALIDATOR_TRUST "netuid" "Vec<u16>" "ledger/epochs.rs" "How much of a row the consensus supports, by UID.";
    60 EMISSION "netuid" "Vec<u64>" "ledger/epochs.rs" "What the last epoch emitted, by UID: the score for pruning.";
    61 MECHANISM_SPLITS "netuid" "Vec<u16>" "ledger/epochs.rs" "How mechanisms share the emission, if not evenly.";
    62 HASH_COMMITS "mechanism index, hotkey" "Vec<HashCommit>" "ledger/commits.rs" "Weights committed by hash.";
    63 TIMELOCKED "mechanism index, epoch" "Vec<Timelocked>" "ledger/commits.rs" "An epoch's timelocked commits.";
    64 SEALED "mechanism index, epoch, number" "Vec<u8>" "ledger/commits.rs" "The sealed bytes of each.";
    65 WAITING "" "mechanism index, epoch" "ledger/commits.rs" "Which of those lists there are.";
    70 OWNERS "hotkey" "coldkey" "ledger/stakes.rs" "Who owns a hotkey.";
    71 OWNED "coldkey, hotkey" "()" "ledger/stakes.rs" "The hotkeys of a coldkey.";
    72 STAKING "coldkey, hotkey" "u32" "ledger/stakes.rs" "The hotkeys a coldkey ever staked to, numbered.";
    73 TAKES "hotkey" "u16" "ledger/stakes.rs" "What part of dividends the owner of a hotkey keeps.";
    74 STAKE_POOLS "netuid, hotkey" "SharePool" "ledger/stakes.rs" "What the stakers of a hotkey own together.";
    75 STAKE_SHARES "netuid, hotkey, coldkey" "SafeFloat" "ledger/stakes.rs" "Each staker's share.";
    76 AUTO_STAKE "coldkey, netuid" "hotkey" "ledger/stakes.rs" "With whom a coldkey's miners stake what they earn.";
    77 TAKE_CLOCKS "hotkey" "u64" "ledger/stakes.rs" "When the owner of a hotkey last changed its take.";
    78 SHARE_ORDER "hotkey, coldkey, netuid" "()" "ledger/stakes.rs" "The order in which claims look at shares.";
    80 ROOT_RATES "hotkey, netuid" "I96F32" "ledger/claims.rs" "Root dividends per unit of root stake, ever growing.";
    81 ROOT_CLAIMED "netuid, hotkey, coldkey" "u128" "ledger/claims.rs" "What a staker may not claim of them.";
    82 ROOT_CLAIM_TYPES "coldkey" "RootClaimType" "ledger/claims.rs" "What becomes of the dividends that are claimed.";
    83 CLAIMANTS "index" "coldkey" "ledger/claims/list.rs" "Those who are claimed for automatically, without gaps.";
    84 CLAIMANT_INDICES "coldkey" "u64" "ledger/claims/list.rs" "Where in that list a coldkey stands.";
    85 CLAIMANT_COUNT "" "u64" "ledger/claims/list.rs" "How long that list is.";
    86 CLAIMANT_SWEEP "" "hotkey, coldkey, netuid" "ledger/claims/list.rs" "The last share entry that was looked at.";
    87 USED_WORK "block, seal" "()" "ledger/work.rs" "The work on those blocks that has paid for a registration.";
    90 LOCKS "netuid, coldkey" "Held" "ledger/locks.rs" "What a coldkey locked on a subnet, and for which hotkey.";
    91 LOCKERS "netuid, hotkey, coldkey" "()" "ledger/locks.rs" "Who locked for a hotkey: an index of the locks.";
    92 PERPETUAL_LOCKS "netuid, coldkey" "()" "ledger/locks.rs" "Whose locks on a subnet do not decay.";
    93 ACCEPT_LOCKED_ALPHA "coldkey" "()" "ledger/locks.rs" "Who takes stake from others that carries their lock.";
    94 HOTKEY_LOCKS "netuid, hotkey, mode" "Record" "ledger/locks/aggregates.rs" "What the locks for a hotkey come to.";
    95 OWNER_LOCKS "netuid, mode" "Record" "ledger/locks/aggregates.rs" "The same for the subnet owner's hotkey.";
    100 CHILDREN "netuid, parent" "Vec<Link>" "ledger/children/links.rs" "To whom a hotkey lends stake weight.";
    101 PARENTS "netuid, child" "Vec<Link>" "ledger/children/links.rs" "Who lends to a hotkey.";
    102 PENDING_CHILDREN "netuid, parent" "Pending" "ledger/children.rs" "The children a hotkey has asked for.";
    103 CHILDKEY_TAKES "netuid, hotkey" "u16" "ledger/children.rs" "What a child keeps of others' dividends.";
    104 CHILDREN_CLOCKS "netuid, hotkey" "u64" "ledger/children.rs" "When a hotkey last asked for children.";
    105 CHILDKEY_TAKE_CLOCKS "netuid, hotkey" "u64" "ledger/children.rs" "When a childkey take was last set.";
    106 NO_AUTO_PARENT "hotkey" "()" "ledger/children.rs" "Which root validators lend to no new subnet.";
    110 COMMITMENTS "netuid, hotkey" "Commitment" "ledger/commitments.rs" "What hotkeys commit to in public.";
    111 COMMITMENT_SPACE "netuid, hotkey" "Space" "ledger/commitments.rs" "How much they published in an epoch.";
    130 APPOINTED "" "AuthoritySet" "ledger/authorities.rs" "The list of authorities that governance gave.";
    131 ERA "" "Era" "ledger/authorities/era.rs" "The era, and the mode in which authorities are chosen.";
    132 CANDIDATES "hotkey" "u64" "ledger/authorities/candidates.rs" "Who stands for election, and since which block.";
    133 TERMS "authority, first height" "u64" "ledger/authorities/terms.rs" "Who decided from which height to which.";
    134 JAIL "authority" "Sentence" "ledger/authorities/jail.rs" "Who may not be an authority.";
    135 MISSED_SLOTS "authority" "u32" "ledger/authorities/absence.rs" "Slots missed in a row, where that is counted.";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_has_a_prefix_of_its_own() {
        let prefixes: BTreeSet<u8> = ALL.iter().map(|entry| entry.prefix).collect();
        let names: BTreeSet<&str> = ALL.iter().map(|entry| entry.name).collect();
        assert_eq!((prefixes.len(), names.len()), (ALL.len(), ALL.len()));
    }
}
