//! Looking over the shoulder of a block step: where every unit goes, in more detail than events tell.
//!
//! Rules:
//! 1. The step tells what it does while it does it; what an observer sees is therefore what was done. Nothing is
//!    computed for the observer alone.
//! 2. Blocks are made with the silent observer `()`; explanations use a `Vec<Note>`.

use crate::{
    crypto::AccountId,
    ledger::{claims::Claimed, subnets::Pending},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    emission::{
        accrual::Accrual,
        dividends::{Dividends, Earned},
        shares::{Candidate, ShareRule},
        terms::{InjectionRule, Terms, TermsInput},
    },
};

/// Something that a block step did.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// It minted the block's TAO.
    Minted(Tao),
    /// By which rules it shares and places that TAO.
    Ruled {
        /// How subnets compete for it.
        shares: ShareRule,
        /// How much alpha may accompany it.
        injection: InjectionRule,
    },
    /// It found out what a subnet may have of it.
    Offered {
        /// The subnet.
        netuid: u16,
        /// By what it competes with the others.
        candidate: Candidate,
        /// What its terms depend on.
        input: TermsInput,
        /// Its terms.
        terms: Terms,
    },
    /// It placed what the pool accepted.
    Placed {
        /// The subnet.
        netuid: u16,
        /// TAO that became liquidity.
        tao_in: Tao,
        /// Alpha that became liquidity.
        alpha_in: Alpha,
        /// TAO that the chain spent on alpha.
        spent: Tao,
        /// The alpha it got.
        bought: Alpha,
        /// TAO that went to the subnet's account, though the pool refused to trade it.
        refused: Tao,
    },
    /// It set a subnet's own alpha aside.
    SetAside {
        /// The subnet.
        netuid: u16,
        /// All of the block's alpha.
        emission: Alpha,
        /// Where it went.
        accrual: Accrual,
    },
    /// It destroyed the TAO that nobody got.
    Destroyed(Tao),
    /// An epoch took what had been set aside.
    Took {
        /// The subnet.
        netuid: u16,
        /// What it took.
        pending: Pending,
    },
    /// It found out what a hotkey earned by validating.
    Earned {
        /// The subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
        /// Its dividend after sharing with those who lent it stake, and the stake that earned it.
        earned: Earned,
        /// What it is paid for each kind of stake.
        dividends: Dividends,
    },
    /// It recycled alpha because dividends were shared between keys of different owners. This is beside what was set
    /// aside for the epoch, all of which is paid.
    Recycled {
        /// The subnet.
        netuid: u16,
        /// How much.
        amount: Alpha,
    },
    /// It paid alpha.
    Paid {
        /// The subnet.
        netuid: u16,
        /// For what.
        payment: Payment,
        /// The hotkey that earned it; none if nobody did.
        hotkey: Option<AccountId>,
        /// How much.
        amount: Alpha,
    },
    /// It claimed root dividends for a coldkey that the parent's hash drew.
    Claimed {
        /// The coldkey.
        coldkey: AccountId,
        /// What it got, in order.
        paid: Vec<Claimed>,
    },
}

/// What alpha is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payment {
    /// The owner's cut, as stake with the owner's hotkey.
    OwnerCut,
    /// A miner's incentive, as stake of its owner.
    Incentive,
    /// Incentive withheld from the owner's own keys, taken out of circulation for good or to be emitted again.
    Withheld {
        /// Whether it can be emitted again.
        recycled: bool,
    },
    /// A validator's take of its dividends, as stake of its owner.
    Take,
    /// Dividends that raise all stake with the validator.
    Stakers,
    /// A validator's take of its root dividends, as stake of its owner.
    RootTake,
    /// Root dividends that root's stakers of the validator may claim.
    RootStakers,
}

/// Is told what a block step does.
pub trait Watch {
    /// One thing that was done.
    fn note(&mut self, note: Note);
}

/// The silent observer.
impl Watch for () {
    fn note(&mut self, _: Note) {}
}

/// Keeps everything in order.
impl Watch for Vec<Note> {
    fn note(&mut self, note: Note) {
        self.push(note);
    }
}
