//! Random calls: one line for each, so that a call without a line does not compile.
//!
//! Every field is drawn by its type and its name, mostly so that the call can succeed, and now and then at an edge.

use crate::{
    AccountId, Authority, AxonInfo, Call, ConsensusMode, Hash, PrometheusInfo,
    calls::COMMIT_REVEAL_VERSION,
    ledger::{
        claims::RootClaimType,
        commitments::Field,
        identities::{Identity, SubnetIdentity},
        swaps::coldkey_hash,
    },
    params::{Param, ParamId},
    testing::account,
    transaction::{Inner, Reveal},
};
use std::collections::BTreeSet;
use taonet_subnets::amount::{Alpha, Tao};

/// Who signs: governance, authorities, coldkeys with stake, hotkeys, and somebody without anything.
pub(super) const SIGNERS: [&str; 10] =
    ["//Alice", "//Bob", "//Ferdie", "//One", "//Two", "//Dave", "//val-a", "//val-b", "//m1", "//nobody"];

const HOTKEYS: [&str; 8] = ["//val-a", "//val-b", "//val-c", "//m1", "//m4", "//new", "//newer", "//nobody"];

/// A sequence of numbers that a seed decides (SplitMix64).
pub(super) struct Dice {
    state: u64,
    /// The parameter that was drawn last: its value is drawn after it.
    param: Option<&'static Param>,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice { state: seed, param: None }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// True once in `times`.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// What can be drawn for a field of this name.
trait Draw: Sized {
    fn draw(dice: &mut Dice, field: &str) -> Self;
}

impl Draw for AccountId {
    fn draw(dice: &mut Dice, field: &str) -> AccountId {
        let uri = if field.starts_with("new_coldkey") {
            dice.pick(&["//fresh", "//nobody"])
        } else if field.contains("hotkey") || field == "children" {
            dice.pick(&HOTKEYS)
        } else {
            dice.pick(&SIGNERS)
        };
        account(uri)
    }
}

/// Amounts at the edges and in between, in base units.
fn amount(dice: &mut Dice) -> u64 {
    match dice.below(8) {
        0 => dice.pick(&[0, 1, 499, 500, 1_999_999, 2_000_000, u64::MAX]),
        1 => dice.next(),
        2 | 3 => 2_000_000 + dice.below(10_000_000),
        _ => 1_000_000_000 + dice.below(2_000_000_000_000),
    }
}

impl Draw for Tao {
    fn draw(dice: &mut Dice, _: &str) -> Tao {
        Tao::new(amount(dice))
    }
}

impl Draw for Alpha {
    fn draw(dice: &mut Dice, _: &str) -> Alpha {
        Alpha::new(amount(dice))
    }
}

impl Draw for bool {
    fn draw(dice: &mut Dice, _: &str) -> bool {
        dice.once_in(2)
    }
}

impl Draw for u8 {
    fn draw(dice: &mut Dice, field: &str) -> u8 {
        match field {
            "ip_type" => dice.pick(&[4, 4, 6, 5]),
            "mechanism" => dice.pick(&[0, 0, 0, 1, 2]),
            _ => dice.next() as u8,
        }
    }
}

impl Draw for u16 {
    fn draw(dice: &mut Dice, field: &str) -> u16 {
        match field {
            "netuid" | "origin_netuid" | "destination_netuid" | "subnets" => {
                if dice.once_in(24) {
                    dice.next() as u16
                } else {
                    dice.pick(&[0, 1, 1, 1, 2, 2, 2, 3, 3, 4])
                }
            }
            "uids" => dice.below(10) as u16,
            "take" => dice.pick(&[0, 1, 5_000, 11_796, 11_797, u16::MAX]),
            "version" => dice.pick(&[COMMIT_REVEAL_VERSION, COMMIT_REVEAL_VERSION, 0]),
            "max_n" => dice.below(12) as u16,
            _ => dice.next() as u16,
        }
    }
}

impl Draw for u32 {
    fn draw(dice: &mut Dice, _: &str) -> u32 {
        dice.next() as u32
    }
}

impl Draw for u64 {
    fn draw(dice: &mut Dice, field: &str) -> u64 {
        match field {
            "limit" => match dice.below(4) {
                0 => dice.pick(&[0, 1, u64::MAX]),
                1 => dice.next(),
                _ => 500_000_000 + dice.below(3_000_000_000),
            },
            "version_key" => 0,
            // Parts of everything that a hotkey lends; several of them can be too much.
            "children" => dice.next() >> dice.below(4),
            "round" => 1 + dice.below(400),
            _ => dice.next(),
        }
    }
}

impl Draw for u128 {
    fn draw(dice: &mut Dice, _: &str) -> u128 {
        if dice.once_in(2) { u128::from(dice.next() as u32) } else { u128::from(dice.next()) << 64 }
    }
}

impl Draw for ParamId {
    fn draw(dice: &mut Dice, _: &str) -> ParamId {
        let all: Vec<&'static Param> = Param::all().collect();
        let param = dice.pick(&all);
        dice.param = Some(param);
        param.id
    }
}

impl Draw for i128 {
    fn draw(dice: &mut Dice, _: &str) -> i128 {
        let Some(param) = dice.param else { return dice.next().into() };
        let span = param.max.saturating_sub(param.min).saturating_add(1);
        match dice.below(8) {
            0 => param.min,
            1 => param.max,
            2 => dice.pick(&[param.min - 1, param.max + 1]),
            3 | 4 => param.min + i128::from(dice.next()) % span,
            _ => param.default,
        }
    }
}

impl<T: Draw> Draw for Option<T> {
    fn draw(dice: &mut Dice, field: &str) -> Option<T> {
        (!dice.once_in(3)).then(|| T::draw(dice, field))
    }
}

impl<T: Draw> Draw for Box<T> {
    fn draw(dice: &mut Dice, field: &str) -> Box<T> {
        Box::new(T::draw(dice, field))
    }
}

impl<T: Draw> Draw for Vec<T> {
    fn draw(dice: &mut Dice, field: &str) -> Vec<T> {
        let length = if dice.once_in(12) { 9 } else { 1 + dice.below(4) };
        (0..length).map(|_| T::draw(dice, field)).collect()
    }
}

impl<T: Draw + Ord> Draw for BTreeSet<T> {
    fn draw(dice: &mut Dice, field: &str) -> BTreeSet<T> {
        Vec::draw(dice, field).into_iter().collect()
    }
}

impl<A: Draw, B: Draw> Draw for (A, B) {
    fn draw(dice: &mut Dice, field: &str) -> (A, B) {
        (A::draw(dice, field), B::draw(dice, field))
    }
}

impl Draw for Hash {
    fn draw(dice: &mut Dice, field: &str) -> Hash {
        match field {
            "new_coldkey_hash" => coldkey_hash(&AccountId::draw(dice, field)),
            _ => Hash([dice.next() as u8; 32]),
        }
    }
}

impl Draw for String {
    fn draw(dice: &mut Dice, _: &str) -> String {
        dice.pick(&["", "one", "β", "ω", "φ"]).to_owned()
    }
}

impl Draw for Authority {
    fn draw(dice: &mut Dice, field: &str) -> Authority {
        Authority { id: Draw::draw(dice, field), power: 1 + dice.below(3) }
    }
}

impl Draw for ConsensusMode {
    fn draw(dice: &mut Dice, _: &str) -> ConsensusMode {
        dice.pick(&[ConsensusMode::Authority, ConsensusMode::Stake])
    }
}

impl Draw for RootClaimType {
    fn draw(dice: &mut Dice, _: &str) -> RootClaimType {
        match dice.below(3) {
            0 => RootClaimType::Swap,
            1 => RootClaimType::Keep,
            _ => RootClaimType::KeepSubnets { subnets: Draw::draw(dice, "subnets") },
        }
    }
}

impl Draw for Field {
    fn draw(dice: &mut Dice, field: &str) -> Field {
        match dice.below(3) {
            0 => Field::Raw(Draw::draw(dice, field)),
            1 => Field::Hash(Draw::draw(dice, field)),
            _ => Field::ResetBonds,
        }
    }
}

impl Draw for Inner {
    fn draw(dice: &mut Dice, _: &str) -> Inner {
        let ordinary = || Inner::new(draw_call(dice.next()));
        std::iter::repeat_with(ordinary).flatten().next().expect("most calls are ordinary")
    }
}

/// Structs are drawn field by field.
macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Draw for $name {
            fn draw(dice: &mut Dice, _: &str) -> $name {
                $name { $($field: Draw::draw(dice, stringify!($field))),* }
            }
        }
    )*};
}

structs! {
    AxonInfo { version, ip, port, ip_type, protocol }
    PrometheusInfo { version, ip, port, ip_type }
    Reveal { uids, values, salt, version_key }
    Identity { name, url, github_repo, image, discord, description, additional }
    SubnetIdentity {
        subnet_name, github_repo, subnet_contact, subnet_url, discord, description, logo_url, additional
    }
}

/// How a call is drawn.
type DrawCall = fn(&mut Dice) -> Call;

macro_rules! calls {
    ($($call:ident { $($field:ident),* })*) => {
        /// Every call: its name, and how it is drawn.
        pub(super) const CALLS: &[(&str, DrawCall)] = &[$(
            (stringify!($call), |_dice| Call::$call { $($field: Draw::draw(_dice, stringify!($field))),* })
        ),*];

        /// The name of a call in the list above; a call that is missing there does not compile here.
        pub(super) const fn name(call: &Call) -> &'static str {
            match call { $(Call::$call { .. } => stringify!($call)),* }
        }
    };
}

calls! {
    Transfer { to, amount }
    AddStake { hotkey, netuid, amount }
    AddStakeLimit { hotkey, netuid, amount, limit, allow_partial }
    RemoveStake { hotkey, netuid, amount }
    RemoveStakeLimit { hotkey, netuid, amount, limit, allow_partial }
    RemoveStakeFullLimit { hotkey, netuid, limit }
    UnstakeAll { hotkey }
    UnstakeAllAlpha { hotkey }
    MoveStake { origin_hotkey, destination_hotkey, origin_netuid, destination_netuid, amount }
    TransferStake { destination_coldkey, hotkey, origin_netuid, destination_netuid, amount }
    SwapStake { hotkey, origin_netuid, destination_netuid, amount }
    SwapStakeLimit { hotkey, origin_netuid, destination_netuid, amount, limit, allow_partial }
    AddStakeBurn { hotkey, netuid, amount, limit }
    RecycleAlpha { hotkey, amount, netuid }
    BurnAlpha { hotkey, amount, netuid }
    TryAssociateHotkey { hotkey }
    SetColdkeyAutoStakeHotkey { netuid, hotkey }
    IncreaseTake { hotkey, take }
    DecreaseTake { hotkey, take }
    RegisterNetwork { hotkey }
    StartCall { netuid }
    RegisterNetworkWithIdentity { hotkey, identity }
    SetSubnetIdentity { netuid, identity }
    UpdateSymbol { netuid, symbol }
    DissolveNetwork { netuid }
    TriggerEpoch { netuid }
    SetOwnerHotkey { netuid, hotkey }
    TrimSubnet { netuid, max_n }
    BurnedRegister { netuid, hotkey }
    RootRegister { hotkey }
    RegisterLimit { netuid, hotkey, limit }
    Register { netuid, block_number, nonce, work, coldkey }
    ServeAxon { netuid, axon }
    ServePrometheus { netuid, prometheus }
    ServeAxonTls { netuid, axon, certificate }
    SetWeights { netuid, uids, values, version_key }
    SetMechanismWeights { netuid, mechanism, uids, values, version_key }
    CommitWeights { netuid, mechanism, hash }
    RevealWeights { netuid, mechanism, reveal }
    BatchRevealWeights { netuid, reveals }
    CommitTimelockedWeights { netuid, mechanism, commit, round, version }
    SetMechanismSplit { netuid, split }
    SetParam { netuid, param, value }
    SetAuthorities { authorities }
    SetConsensusMode { mode }
    JoinAuthorities { hotkey }
    LeaveAuthorities { hotkey }
    UnjailAuthority { authority }
    ClaimRoot { subnets }
    SetRootClaimType { claim_type }
    LockStake { hotkey, netuid, amount }
    MoveLock { destination_hotkey, netuid }
    SetPerpetualLock { netuid, enabled }
    SetRejectLockedAlpha { enabled }
    SetChildren { hotkey, netuid, children }
    SetChildkeyTake { hotkey, netuid, take }
    SetAutoParentDelegationEnabled { hotkey, enabled }
    SetIdentity { identity }
    SwapHotkey { hotkey, new_hotkey, netuid }
    SwapHotkeyV2 { hotkey, new_hotkey, netuid, keep_stake }
    AnnounceColdkeySwap { new_coldkey_hash }
    SwapColdkeyAnnounced { new_coldkey }
    DisputeColdkeySwap {}
    ClearColdkeySwapAnnouncement {}
    ResetColdkeySwap { coldkey }
    SwapColdkey { old_coldkey, new_coldkey }
    SetCommitment { netuid, fields }
    DevFund { account, amount }
    DevSetParam { netuid, param, value }
    DevImpersonate { account, call }
}

/// The call that a seed decides.
pub(super) fn draw_call(seed: u64) -> Call {
    let mut dice = Dice::new(seed);
    let (_, draw) = dice.pick(CALLS);
    draw(&mut dice)
}
