//! `taonet authorities`: who makes blocks.

use crate::cli::{
    Action, Intent,
    intent::{JoinAuthorities, LeaveAuthorities, SetAuthorities, SetConsensusMode, Signed, UnjailAuthority},
    read::Read,
};
use clap::Subcommand;

/// Who makes blocks: look, stand for election, leave, come out of jail.
#[derive(Debug, Subcommand)]
pub enum Authorities {
    /// Who makes blocks, who stands for election, who is in jail
    List,
    /// Let a hotkey stand for election; it or its coldkey signs
    Join(Signed<JoinAuthorities>),
    /// End the candidacy of a hotkey; it or its coldkey signs
    Leave(Signed<LeaveAuthorities>),
    /// Free a jailed authority; it or its coldkey signs
    Unjail(Signed<UnjailAuthority>),
    /// Replace the list of authorities; the sudo account signs
    Set(Signed<SetAuthorities>),
    /// Choose how authorities are chosen, by a list or by stake; the sudo account signs
    #[command(visible_alias = "set-consensus-mode", alias = "set_consensus_mode")]
    SetMode(Signed<SetConsensusMode>),
}

impl Authorities {
    pub(in crate::cli) fn action(self) -> Action {
        Action::sign(match self {
            Authorities::List => return Action::Read(Read::Authorities),
            Authorities::Join(intent) => Intent::JoinAuthorities(intent),
            Authorities::Leave(intent) => Intent::LeaveAuthorities(intent),
            Authorities::Unjail(intent) => Intent::UnjailAuthority(intent),
            Authorities::Set(intent) => Intent::SetAuthorities(intent),
            Authorities::SetMode(intent) => Intent::SetConsensusMode(intent),
        })
    }
}
