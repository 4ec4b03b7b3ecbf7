//! `taonet stake`, `taonet lock`, `taonet root`: what is staked, lent, locked and claimed.

use crate::cli::{
    Action, Intent,
    intent::{
        AddStake, AddStakeBurn, BurnAlpha, ClaimRoot, LockStake, MoveLock, MoveStake, RecycleAlpha,
        RejectLockedAlpha, RemoveStake, RemoveStakeFull, RevokeChildren, RootRegister, SetAutoParent,
        SetAutoStake, SetChildkeyTake, SetChildren, SetLockMode, SetRootClaimType, SetTake, Signed,
        SwapStake, TransferStake, UnstakeAll, UnstakeAllAlpha,
    },
    read::{OneAccount, Read, ReadHotkey, ReadSubnet},
};
use clap::Subcommand;

/// Stake TAO to a hotkey, take it back, look at it.
#[derive(Debug, Subcommand)]
pub enum Stake {
    /// What an account has staked
    List(OneAccount),
    /// Stake TAO to a hotkey on a subnet
    Add(Signed<AddStake>),
    /// Take stake out of a subnet, as TAO
    Remove(Signed<RemoveStake>),
    /// Take the whole stake out of a subnet, as TAO
    #[command(alias = "remove_full")]
    RemoveFull(Signed<RemoveStakeFull>),
    /// Take all stake with a hotkey out of all subnets, as TAO
    #[command(alias = "unstake_all")]
    UnstakeAll(Signed<UnstakeAll>),
    /// Take all stake with a hotkey out of all subnets but root, and stake the TAO on root
    #[command(alias = "unstake_all_alpha")]
    UnstakeAllAlpha(Signed<UnstakeAllAlpha>),
    /// Move stake to another hotkey, another subnet, or both
    Move(Signed<MoveStake>),
    /// Give stake to another coldkey
    Transfer(Signed<TransferStake>),
    /// Move stake with a hotkey to another subnet
    Swap(Signed<SwapStake>),
    /// Stake TAO and burn the alpha it buys
    #[command(visible_alias = "stake-burn", aliases = ["stake_burn", "add-burn"])]
    BuyBurn(Signed<AddStakeBurn>),
    /// Destroy alpha so that it can be emitted again
    Recycle(Signed<RecycleAlpha>),
    /// Destroy alpha for ever
    Burn(Signed<BurnAlpha>),
    /// To which hotkeys an account's miners stake what they earn
    Auto(OneAccount),
    /// Choose the hotkey to which one's miners stake what they earn
    #[command(alias = "set_auto")]
    SetAuto(Signed<SetAutoStake>),
    /// Say what shall become of root dividends
    #[command(alias = "set_claim")]
    SetClaim(Signed<SetRootClaimType>),
    /// Claim the root dividends of some subnets
    #[command(alias = "process_claim")]
    ProcessClaim(Signed<ClaimRoot>),
    /// Lend stake weight to other hotkeys
    #[command(subcommand, visible_alias = "children")]
    Child(Child),
}

/// Lend stake weight to other hotkeys.
#[derive(Debug, Subcommand)]
pub enum Child {
    /// To whom a hotkey lends, who lends to it, and what it keeps
    #[command(visible_alias = "get")]
    Show(ReadHotkey),
    /// Lend a hotkey's stake weight to other hotkeys on a subnet
    Set(Signed<SetChildren>),
    /// Lend stake weight to nobody any more on a subnet
    Revoke(Signed<RevokeChildren>),
    /// Set what a hotkey keeps of the dividends of stake that it was lent
    Take(Signed<SetChildkeyTake>),
    /// Say whether a root validator lends its stake weight to the owner of every new subnet
    #[command(alias = "auto_parent")]
    AutoParent(Signed<SetAutoParent>),
}

impl Stake {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Stake::List(account) => return Action::Read(Read::Stakes(account)),
            Stake::Auto(account) => return Action::Read(Read::Coldkey(account)),
            Stake::Child(child) => return child.action(),
            Stake::Add(intent) => Intent::AddStake(intent),
            Stake::Remove(intent) => Intent::RemoveStake(intent),
            Stake::RemoveFull(intent) => Intent::RemoveStakeFull(intent),
            Stake::UnstakeAll(intent) => Intent::UnstakeAll(intent),
            Stake::UnstakeAllAlpha(intent) => Intent::UnstakeAllAlpha(intent),
            Stake::Move(intent) => Intent::MoveStake(intent),
            Stake::Transfer(intent) => Intent::TransferStake(intent),
            Stake::Swap(intent) => Intent::SwapStake(intent),
            Stake::BuyBurn(intent) => Intent::AddStakeBurn(intent),
            Stake::Recycle(intent) => Intent::RecycleAlpha(intent),
            Stake::Burn(intent) => Intent::BurnAlpha(intent),
            Stake::SetAuto(intent) => Intent::SetAutoStake(intent),
            Stake::SetClaim(intent) => Intent::SetRootClaimType(intent),
            Stake::ProcessClaim(intent) => Intent::ClaimRoot(intent),
        })
    }
}

impl Child {
    fn action(self) -> Action {
        Action::sign(match self {
            Child::Show(hotkey) => return Action::Read(Read::Hotkey(hotkey)),
            Child::Set(intent) => Intent::SetChildren(intent),
            Child::Revoke(intent) => Intent::RevokeChildren(intent),
            Child::Take(intent) => Intent::SetChildkeyTake(intent),
            Child::AutoParent(intent) => Intent::SetAutoParent(intent),
        })
    }
}

/// Lock stake for conviction, look at locks.
#[derive(Debug, Subcommand)]
pub enum Lock {
    /// The locks of an account
    Show(OneAccount),
    /// The locks of a subnet, and the conviction they give
    List(ReadSubnet),
    /// Lock stake on a subnet, for the conviction of a hotkey
    Add(Signed<LockStake>),
    /// Give a lock to another hotkey
    Move(Signed<MoveLock>),
    /// Let locks on a subnet decay, or not
    Mode(Signed<SetLockMode>),
    /// Refuse stake from others that carries their lock, or take it
    Reject(Signed<RejectLockedAlpha>),
}

impl Lock {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Lock::Show(account) => return Action::Read(Read::Coldkey(account)),
            Lock::List(subnet) => return Action::Read(Read::Locks(subnet)),
            Lock::Add(intent) => Intent::LockStake(intent),
            Lock::Move(intent) => Intent::MoveLock(intent),
            Lock::Mode(intent) => Intent::SetLockMode(intent),
            Lock::Reject(intent) => Intent::RejectLockedAlpha(intent),
        })
    }
}

/// The root network: membership, takes, dividends.
#[derive(Debug, Subcommand)]
pub enum Root {
    /// Make a hotkey a member of the root network
    Register(Signed<RootRegister>),
    /// What a hotkey keeps of dividends
    #[command(alias = "get_take")]
    GetTake(ReadHotkey),
    /// Set the part of dividends that a hotkey's owner keeps
    #[command(alias = "set_take")]
    SetTake(Signed<SetTake>),
    /// The root dividends that an account may claim
    Claims(OneAccount),
    /// Claim the root dividends of some subnets
    Claim(Signed<ClaimRoot>),
    /// Say what shall become of root dividends
    #[command(visible_alias = "set-claim", alias = "set_claim_type")]
    SetClaimType(Signed<SetRootClaimType>),
}

impl Root {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Root::GetTake(hotkey) => return Action::Read(Read::Hotkey(hotkey)),
            Root::Claims(account) => return Action::Read(Read::Claims(account)),
            Root::Register(intent) => Intent::RootRegister(intent),
            Root::SetTake(intent) => Intent::SetTake(intent),
            Root::Claim(intent) => Intent::ClaimRoot(intent),
            Root::SetClaimType(intent) => Intent::SetRootClaimType(intent),
        })
    }
}
