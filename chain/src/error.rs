//! Why a call fails: the public network's error names with stable numbers (events-errors.md section 2).
//!
//! Rules:
//! 1. A name means here what it means on the public network; tools and vectors rely on it.
//! 2. A number never changes and is never reused.
//! 3. Every error belongs to one of eighteen [`Code`]s, says in a sentence what is wrong, and what to do about it. The
//!    table below is the only place where that is written.

mod markdown;

pub use markdown::table_markdown;

use borsh::{BorshDeserialize, BorshSerialize};
use std::{fmt, io};

macro_rules! codes {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// The kind of a failure, the same for calls, refusals and tools: eighteen words that programs can branch on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`")] $name),*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The word.
            pub const fn text(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }
        }
    };
}

codes! {
    InsufficientBalance = "insufficient_balance",
    InsufficientLiquidity = "insufficient_liquidity",
    RateLimited = "rate_limited",
    NotRegistered = "not_registered",
    NotAuthorized = "not_authorized",
    AlreadyExists = "already_exists",
    NotFound = "not_found",
    SubnetNotExists = "subnet_not_exists",
    SubtokenDisabled = "subtoken_disabled",
    Disabled = "disabled",
    TooEarly = "too_early",
    Expired = "expired",
    LimitExceeded = "limit_exceeded",
    UnitMismatch = "unit_mismatch",
    InvalidArgument = "invalid_argument",
    PolicyViolation = "policy_violation",
    Internal = "internal",
    Unknown = "unknown",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

macro_rules! call_errors {
    ($($number:literal $name:ident $code:ident $sentence:literal $remedy:literal;)*) => {
        /// Why a call failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum CallError {
            $(#[doc = $sentence] $name = $number),*
        }

        impl CallError {
            /// All of them, by number.
            pub const ALL: &[CallError] = &[$(CallError::$name),*];

            /// The public network's name.
            pub const fn name(self) -> &'static str {
                match self { $(CallError::$name => stringify!($name)),* }
            }

            /// The kind of failure.
            pub const fn code(self) -> Code {
                match self { $(CallError::$name => Code::$code),* }
            }

            /// What is wrong.
            pub const fn sentence(self) -> &'static str {
                match self { $(CallError::$name => $sentence),* }
            }

            /// What to do about it.
            pub const fn remedy(self) -> &'static str {
                match self { $(CallError::$name => $remedy),* }
            }
        }
    };
}

call_errors! {
    // Who may do what.
    100 BadOrigin NotAuthorized "The caller does not have the right to do this."
        "Sign with the subnet owner's coldkey or with the sudo account, whichever the call asks for.";
    101 NonAssociatedColdKey NotAuthorized "This coldkey does not own the hotkey."
        "Sign with the coldkey that registered the hotkey, or use another hotkey.";
    102 HotKeyAccountNotExists NotFound "No coldkey owns this hotkey."
        "Check the address; it exists once it is registered somewhere, or after `taonet wallet associate-hotkey`.";
    103 HotKeyNotRegisteredInSubNet NotRegistered "The hotkey has no UID on this subnet."
        "Register it there first.";
    104 HotKeyNotRegisteredInNetwork NotRegistered "The hotkey has no UID on this subnet."
        "Register it there first.";
    105 CannotUseSystemAccount InvalidArgument "The account of a subnet cannot be a hotkey."
        "Use an ordinary key as hotkey.";
    106 CallDisabled Disabled "This call is switched off on this network."
        "Development calls need a genesis that says dev; a parameter that is fixed or built in cannot be set.";

    // Money.
    200 NotEnoughBalanceToStake InsufficientBalance "The coldkey's free balance is too low."
        "Use a smaller amount or fund the coldkey.";
    201 InsufficientBalance InsufficientBalance
        "The balance is too low for this payment while keeping what the account needs to exist."
        "Use a smaller amount or fund the account.";
    202 BelowMinimum InvalidArgument
        "The payment would leave its receiver with an account below the existential deposit of 500 rao."
        "Pay at least 500 rao to an account that does not exist yet.";
    203 AmountTooLow InvalidArgument "The amount is zero, below the minimum stake plus fee, or worth too little."
        "Use a larger amount; the minimum stake is 0.002 TAO.";
    204 NotEnoughStakeToWithdraw InsufficientBalance "The stake is smaller than the amount."
        "Use at most the stake you hold with this hotkey on this subnet.";
    205 InsufficientLiquidity InsufficientLiquidity
        "The pool cannot fill this order, or it is above a thousand times the reserve, or too small for a share."
        "Use another amount; look at the reserves of the subnet's pool.";
    206 SlippageTooHigh InsufficientLiquidity "The whole order cannot be filled within the limit price."
        "Allow partial filling, use a smaller amount or a looser limit.";
    207 SubtokenDisabled SubtokenDisabled "The subnet has not been started, so its token cannot be traded."
        "The owner starts it with the start call.";
    208 TransferDisallowed Disabled "Stake of this subnet cannot be given to others."
        "Ask the subnet's owner to set transfers_enabled, or move the stake under your own coldkey.";
    209 SameNetuid InvalidArgument "The stake is already there: coldkey, hotkey and subnet are the same."
        "Name another destination.";
    210 CannotBurnOrRecycleOnRootSubnet InvalidArgument "Root has no alpha that could be burned or recycled."
        "Name a subnet above 0.";
    211 SameAutoStakeHotkeyAlreadySet AlreadyExists "This hotkey is already the one that the miners stake with."
        "Nothing to do.";

    // Takes.
    240 DelegateTakeTooLow InvalidArgument
        "The take is below the minimum, or not a change in the direction of the call."
        "Raise a take with increase_take and lower it with decrease_take; see min_delegate_take.";
    241 DelegateTakeTooHigh InvalidArgument "The take is above the largest one allowed."
        "Use at most max_delegate_take.";
    242 DelegateTxRateLimitExceeded RateLimited "The take of this hotkey was changed too recently to be raised."
        "Wait tx_delegate_take_rate_limit blocks after its last change.";

    // Locks.
    260 StakeUnavailable LimitExceeded "The stake is locked."
        "Use at most what is not locked; a lock that is not perpetual decays with time.";
    261 LockHotkeyMismatch InvalidArgument "There is a lock on this subnet already, for another hotkey."
        "Lock for that hotkey, or move the lock first.";
    262 InsufficientStakeForLock InsufficientBalance "The coldkey has less alpha on the subnet than would be locked."
        "Stake more, or lock less.";
    263 NoExistingLock NotFound "The coldkey has no lock on this subnet."
        "Lock some stake first.";
    264 ActiveLockExists AlreadyExists "The new coldkey has a lock of its own."
        "Use a coldkey without locks.";
    265 AccountRejectsLockedAlpha PolicyViolation "The receiver has not asked for locked stake."
        "Let the receiver call set_reject_locked_alpha with false, or move less than is locked.";

    // Child keys.
    266 DuplicateChild InvalidArgument "A child occurs twice."
        "Name each child once.";
    267 InvalidChild InvalidArgument "A hotkey cannot be its own child."
        "Name other hotkeys.";
    268 TooManyChildren LimitExceeded "A hotkey can have five children on a subnet."
        "Name at most five.";
    269 ProportionOverflow InvalidArgument "The proportions come to more than the whole."
        "Lower them: together they are at most 2^64 - 1.";
    270 ChildParentInconsistency PolicyViolation "A child would lend to its own parent."
        "Name hotkeys that do not lend to this one.";
    271 NotEnoughStakeToSetChildkeys InsufficientBalance
        "All stake with the hotkey is worth less than the stake threshold."
        "Stake more to the hotkey; see stake_threshold.";
    272 InvalidChildkeyTake InvalidArgument "The take of a child is out of its range."
        "Choose a value from the subnet's min_childkey_take to childkey_take_max.";
    273 TxChildkeyTakeRateLimitExceeded RateLimited "This take was set too recently to be raised."
        "Wait tx_childkey_take_rate_limit blocks after the last change, or lower it.";

    // Root claims.
    280 InvalidSubnetNumber InvalidArgument "A claim names 1 to 5 subnets, and a list of subnets to keep names some."
        "Send that many netuids.";

    // Pools.
    300 SwapInputTooLarge LimitExceeded "The order is above a thousand times the pool's reserve."
        "Use a smaller amount.";
    301 ReservesTooLow InsufficientLiquidity "The pool's reserve is too low, or nothing would come out."
        "Use a larger amount, or wait until the pool has grown.";
    302 PriceLimitExceeded InsufficientLiquidity "The price is already at or past the limit."
        "Use a looser limit price.";

    // Registration.
    400 RegistrationNotPermittedOnRootSubnet InvalidArgument "The root network is not a subnet for this purpose."
        "Name a subnet above 0.";
    401 SubNetRegistrationDisabled Disabled "Registration is switched off."
        "Try another subnet, or ask its owner.";
    402 HotKeyAlreadyRegisteredInSubNet AlreadyExists "The hotkey already has a UID on this subnet."
        "Nothing to do; or register another hotkey.";
    403 NoNeuronIdAvailable LimitExceeded "All slots are taken and none can be replaced."
        "Wait until a neuron leaves its immunity period.";
    404 TooManyRegistrationsThisBlock RateLimited "There were as many registrations in this block as are allowed."
        "Try again in the next block.";
    405 TooManyRegistrationsThisInterval RateLimited "There were as many registrations in this interval as are allowed."
        "Try again in the next interval; on root, after block 100.";
    406 StakeTooLowForRoot LimitExceeded "Every member of the full root network has at least this much root stake."
        "Stake more TAO to the hotkey on root.";
    407 RegistrationPriceLimitExceeded InsufficientLiquidity "The price of a registration is above the limit."
        "Use a higher limit, or wait: the price falls with time.";
    408 InvalidWorkBlock Expired "The work was not done on one of the last three blocks."
        "Solve again, on the block before the newest one.";
    409 InvalidDifficulty InvalidArgument "The work does not meet the subnet's difficulty."
        "Look up the difficulty and solve again.";
    410 InvalidSeal InvalidArgument "The work is not that of this block, nonce and hotkey, or has been used."
        "Solve for this hotkey, and send each solution once.";

    // Subnets.
    500 SubnetNotExists SubnetNotExists "There is no such subnet."
        "List the subnets and check the number.";
    501 NetworkTxRateLimitExceeded RateLimited "A subnet was created too recently."
        "Wait network_rate_limit blocks after the last creation.";
    502 SubnetLimitReached LimitExceeded "There are as many subnets as allowed and none is old enough to be replaced."
        "Wait until a subnet leaves its immunity period.";
    503 CannotAffordLockCost InsufficientBalance "The balance is below the lock cost of a new subnet."
        "Fund the coldkey, or wait: the lock cost falls with time.";
    504 FirstEmissionBlockNumberAlreadySet AlreadyExists "The subnet has already been started."
        "Nothing to do.";
    505 NeedWaitingMoreBlocksToStarCall TooEarly "The subnet is too young to be started."
        "Wait start_call_delay blocks after its creation.";
    506 MechanismDoesNotExist SubnetNotExists "There is no such subnet or mechanism."
        "List the subnets and check the number.";

    507 InvalidIdentity LimitExceeded "A field of the identity is too long."
        "Names and addresses take 256 bytes, descriptions and links 1,024.";
    508 NotSubnetOwner NotAuthorized "The caller does not own this subnet."
        "Sign with the coldkey that owns the subnet.";
    509 SymbolDoesNotExist InvalidArgument "This is not one of the symbols that tokens can have."
        "Choose another letter; the list starts with the Greek ones.";
    510 SymbolAlreadyInUse AlreadyExists "Another subnet's token has this symbol."
        "Choose another letter.";
    511 TrimmingWouldExceedMaxImmunePercentage LimitExceeded
        "Of the slots that would be left, four fifths or more would be held by neurons that cannot go."
        "Trim to more slots, or wait until more neurons leave their immunity period.";

    // Parameters.
    600 SubnetDoesNotExist SubnetNotExists "There is no such subnet."
        "List the subnets and check the number.";
    601 TempoOutOfBounds InvalidArgument
        "The tempo is out of range: the owner may set 360 to 50,400 blocks, the sudo account 0 to 65,535."
        "Choose a tempo in the signer's range.";
    602 ActivityCutoffFactorMilliOutOfBounds InvalidArgument "The activity cutoff factor is out of its range."
        "Choose a value from 1,000 to 50,000.";
    603 AdminActionProhibitedDuringWeightsWindow TooEarly
        "Parameters of this subnet are frozen shortly before its epoch."
        "Try again after the next epoch, or set admin_freeze_window to 0.";
    604 ValueNotInBounds InvalidArgument "The value is outside the parameter's range."
        "Look up the range, and the owner's, with `taonet hparams get`.";
    605 InvalidValue InvalidArgument "The value does not go together with the network's other settings."
        "Look up the parameter's rule in the list of parameters.";
    606 TxRateLimitExceeded RateLimited "This setting was changed too recently."
        "Wait; `taonet hparams list` shows the rate limits, such as set_children_rate_limit in blocks.";
    607 EpochTriggerAlreadyPending AlreadyExists "An early epoch, or one put off, is already pending."
        "Wait until it has run.";
    608 AutoEpochAlreadyImminent AlreadyExists "The next epoch comes sooner than a triggered one could."
        "Nothing to do: wait for it.";
    609 DynamicTempoBlockedByCommitReveal Disabled
        "An early epoch would make commits expire, so commit-reveal forbids it."
        "Switch commit_reveal_enabled off first.";
    613 FeeRateTooHigh InvalidArgument "The fee of a pool cannot be above 10,000 of 65,535."
        "Choose a smaller rate.";
    614 InvalidRootClaimThreshold InvalidArgument "The threshold of root claims cannot be above 0.01 alpha."
        "Choose at most 10,000,000 base units.";
    615 InvalidNumRootClaim InvalidArgument "A block cannot claim for more than 50 coldkeys by itself."
        "Choose a number from 0 to 50.";

    // Weights.
    700 CanNotSetRootNetworkWeights InvalidArgument "The root network has no weights."
        "Name a subnet above 0.";
    701 WeightVecNotEqualSize InvalidArgument "There are not as many weights as UIDs."
        "Send one weight for each UID.";
    702 UidsLengthExceedUidsInSubNet InvalidArgument "There are more weights than UIDs on the subnet."
        "Send at most one weight for each UID.";
    703 NotEnoughStakeToSetWeights InsufficientBalance "The hotkey's stake is below the stake threshold."
        "Stake more to the hotkey; see stake_threshold.";
    704 IncorrectWeightVersionKey InvalidArgument "The version key is older than the subnet asks for."
        "Update the validator; see weights_version_key.";
    705 SettingWeightsTooFast RateLimited "This hotkey set weights, or registered, too recently."
        "Wait weights_set_rate_limit blocks after its last update.";
    706 NeuronNoValidatorPermit NotAuthorized "The hotkey has no validator permit."
        "Stake more and wait for the next epoch: the best staked hotkeys get permits.";
    707 DuplicateUids InvalidArgument "A UID occurs twice."
        "Send each UID once.";
    708 UidVecContainInvalidOne InvalidArgument "A UID does not exist on this subnet."
        "Look up the UIDs in the metagraph.";
    709 WeightVecLengthIsLow InvalidArgument "There are fewer weights than the subnet asks for."
        "Send more weights; see min_allowed_weights.";
    710 CommitRevealEnabled Disabled "The subnet uses commit-reveal, so weights cannot be set openly."
        "Commit the weights instead, or let the owner switch commit_reveal_enabled off.";
    711 CommitRevealDisabled Disabled "The subnet does not use commit-reveal."
        "Set the weights openly instead.";
    712 CommittingWeightsTooFast RateLimited "This hotkey committed, set weights, or registered too recently."
        "Wait weights_set_rate_limit blocks after its last update.";
    713 TooManyUnrevealedCommits LimitExceeded "The hotkey has ten commits that are not revealed yet."
        "Reveal some, or wait until they expire.";
    714 ExpiredWeightCommit Expired "The commit could be revealed only in an epoch that has passed."
        "Commit again, and reveal exactly reveal_period epochs later.";
    715 NoWeightsCommitFound NotFound "The hotkey has no commit that could be revealed."
        "Commit first, then reveal reveal_period epochs later.";
    716 InvalidRevealCommitHashNotMatch InvalidArgument "None of the hotkey's commits has the hash of this reveal."
        "Send exactly the UIDs, values, salt and version key that were hashed, on the same subnet and mechanism.";
    717 RevealTooEarly TooEarly "The commit cannot be revealed yet."
        "Reveal reveal_period epochs after the commit.";
    718 IncorrectCommitRevealVersion InvalidArgument "The commit is of another version of commit-reveal."
        "Update the validator; the version is 4.";
    719 CommitTooLong LimitExceeded "A timelocked commit has at most 5,000 bytes."
        "Seal fewer weights.";

    // Serving.
    800 InvalidIpType InvalidArgument "The address is neither IPv4 nor IPv6."
        "Use ip_type 4 or 6.";
    801 InvalidIpAddress InvalidArgument "This address cannot be served."
        "Use an address that others can reach; loopback works on development networks.";
    802 InvalidPort InvalidArgument "Port 0 cannot be served."
        "Use the port on which the axon or Prometheus is served.";
    803 ServingRateLimitExceeded RateLimited "The hotkey published where it can be reached too recently."
        "Wait serving_rate_limit blocks.";
    804 AccountNotAllowedCommit NotRegistered "The hotkey has no UID on this subnet, so it cannot commit."
        "Register it there first, and sign with the hotkey.";
    805 TooManyFieldsInCommitmentInfo LimitExceeded "A commitment has at most three fields."
        "Send fewer fields.";
    806 SpaceLimitExceeded LimitExceeded
        "A field has more than 512 bytes, or the hotkey published more than 3,100 bytes in this epoch."
        "Send less, or wait for the next epoch; even an empty commitment counts 100 bytes.";

    // Swapped keys.
    810 NewHotKeyIsSameWithOld InvalidArgument "The new hotkey is the old one."
        "Name another hotkey.";
    811 NewHotKeyNotCleanForRootSwap InvalidArgument "The new hotkey has root stake or root dividends of its own."
        "Use a hotkey that nobody staked to on root.";
    812 HotKeySetTxRateLimitExceeded RateLimited "This coldkey swapped a hotkey too recently."
        "Wait tx_rate_limit blocks after the last swap.";
    813 HotKeySwapOnSubnetIntervalNotPassed RateLimited "This coldkey swapped a hotkey on this subnet too recently."
        "Wait hotkey_swap_interval blocks after the last swap there.";
    814 NotEnoughBalanceToPaySwapHotKey InsufficientBalance "The balance is below the price of swapping a hotkey."
        "Fund the coldkey: one subnet costs 0.001 TAO, all of them 0.1 TAO.";
    815 NotEnoughBalanceToPaySwapColdKey InsufficientBalance "The balance is below the price of swapping a coldkey."
        "Fund the coldkey: the first announcement costs 0.1 TAO.";
    816 ColdkeySwapAnnouncementNotFound NotFound "This coldkey has announced no swap."
        "Announce the new coldkey by its hash first.";
    817 ColdkeySwapTooEarly TooEarly "The announced swap has to wait."
        "Wait coldkey_swap_delay blocks after the announcement.";
    818 ColdkeySwapReannouncedTooEarly TooEarly "The announcement cannot be replaced or taken back yet."
        "Wait coldkey_swap_reannounce_delay blocks after the swap became possible.";
    819 AnnouncedColdkeyHashDoesNotMatch InvalidArgument "Another coldkey was announced."
        "Name the coldkey whose hash was announced.";
    820 ColdKeyAlreadyAssociated AlreadyExists "The new coldkey has hotkeys or has staked."
        "Use a coldkey that was never used.";
    821 NewColdKeyIsHotkey InvalidArgument "The new coldkey is a hotkey."
        "Use a coldkey that was never used.";
    822 ColdkeySwapAnnounced NotAuthorized "This coldkey is about to be swapped and can do nothing else."
        "Make the swap, take the announcement back, or dispute it if it is not yours.";
    823 ColdkeySwapDisputed NotAuthorized "The swap of this coldkey is disputed, so nothing can be done with it."
        "Ask governance to reset it.";

    // Authorities; this network's own.
    900 InvalidAuthorities InvalidArgument "The list of authorities is empty, repeats an account or is too long."
        "Send one to 128 different accounts.";
    901 AlreadyCandidate AlreadyExists "The hotkey already stands for election."
        "Nothing to do: the next election counts its root stake.";
    902 NotCandidate NotFound "The hotkey does not stand for election."
        "Look up who does with `taonet authorities list`.";
    903 NotEnoughAuthorityStake InsufficientBalance "The hotkey has too little stake on root to be an authority."
        "Stake more to it on root; see authority_min_stake.";
    904 TooManyCandidates LimitExceeded "There are 512 candidates, and all of them have as much root stake."
        "Stake more to the hotkey on root.";
    905 AuthorityIsJailed NotAuthorized "The authority is jailed."
        "Free it first; see when that is possible with `taonet authorities list`.";
    906 NotJailed NotFound "The account is not jailed."
        "Nothing to do.";
    907 JailNotOver TooEarly "The authority has not been jailed for long enough."
        "Wait until jail_blocks have passed since it was jailed.";
    908 ConsensusModeUnchanged AlreadyExists "The network is in this mode, or about to be."
        "Nothing to do.";

    // Development networks; this network's own.
    920 NotADevelopmentNetwork NotAuthorized "Development calls exist on development networks only."
        "Start one with `taonet up`, or make the call as the account that it is about.";
    921 SupplyExhausted LimitExceeded "Less TAO than that is left to be minted."
        "Ask for less: there are never more than 21,000,000 TAO.";
}

impl CallError {
    /// The stable number.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The error with a number.
    pub fn from_number(number: u16) -> Option<CallError> {
        CallError::ALL.iter().copied().find(|error| error.number() == number)
    }

    /// The error with a name.
    pub fn from_name(name: &str) -> Option<CallError> {
        CallError::ALL.iter().copied().find(|error| error.name() == name)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.name(), self.sentence(), self.remedy())
    }
}

impl std::error::Error for CallError {}

impl BorshSerialize for CallError {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.number().serialize(writer)
    }
}

impl BorshDeserialize for CallError {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<CallError> {
        let number = u16::deserialize_reader(reader)?;
        CallError::from_number(number)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "unknown number of a call error"))
    }
}

impl serde::Serialize for CallError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_so_none_is_used_twice() {
        assert!(CallError::ALL.is_sorted_by(|a, b| a.number() < b.number()));
    }

    #[test]
    fn there_are_eighteen_codes() {
        assert_eq!(Code::ALL.len(), 18);
    }

    #[test]
    fn every_error_is_found_by_its_name_and_number_and_says_what_to_do() {
        for &error in CallError::ALL {
            assert_eq!(CallError::from_number(error.number()), Some(error));
            assert_eq!(CallError::from_name(error.name()), Some(error));
            assert!(error.sentence().ends_with('.') && error.remedy().ends_with('.'), "{error:?}");
            let bytes = borsh::to_vec(&error).expect("memory does not fail");
            assert_eq!(borsh::from_slice::<CallError>(&bytes).expect("just written"), error);
        }
        assert_eq!(CallError::from_number(0), None);
        assert!(borsh::from_slice::<CallError>(&[0, 0]).is_err());
    }
}
