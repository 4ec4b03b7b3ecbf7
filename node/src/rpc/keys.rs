//! What the state says about coldkeys, hotkeys, locks and commits, in the API's types.

use super::{
    convert,
    state::{json, missing, text},
};
use crate::{fault::Fault, proto, store::View};
use taonet_chain::{
    AccountId, CallError, RootClaimType,
    query::{self, HotkeySubnetInfo, LockInfo},
};

pub(super) fn coldkey(view: &View<'_>, coldkey: &AccountId) -> Result<proto::Coldkey, Fault> {
    let height = view.tip()?.height;
    let info = query::coldkey(view, coldkey, height);
    let auto_stake = |&(netuid, hotkey): &(u16, AccountId)| proto::AutoStake {
        netuid: netuid.into(),
        hotkey: hotkey.to_string(),
    };
    let keep_netuids = match &info.root_claim_type {
        RootClaimType::KeepSubnets { subnets } => subnets.iter().copied().map(u32::from).collect(),
        RootClaimType::Swap | RootClaimType::Keep => Vec::new(),
    };
    Ok(proto::Coldkey {
        height,
        coldkey: info.coldkey.to_string(),
        claim_type: if info.root_claim_type == RootClaimType::Swap { "swap" } else { "keep" }.into(),
        keep_netuids,
        auto_stakes: info.auto_stakes.iter().map(auto_stake).collect(),
        locks: info.locks.iter().map(lock).collect(),
        accepts_locked_alpha: info.accepts_locked_alpha,
        swap: info.swap.map(|swap| proto::ColdkeySwap {
            new_coldkey_hash: swap.new_coldkey_hash.to_string(),
            executable_at: swap.executable_at,
            disputed: swap.disputed,
        }),
        identity_json: info.identity.as_ref().map(json),
    })
}

fn lock(info: &LockInfo) -> proto::Lock {
    proto::Lock {
        netuid: info.netuid.into(),
        coldkey: info.coldkey.to_string(),
        hotkey: info.hotkey.to_string(),
        mass: info.mass.units(),
        available: info.available.units(),
        conviction: info.conviction,
        perpetual: info.perpetual,
    }
}

pub(super) fn hotkey(
    view: &View<'_>,
    hotkey: &AccountId,
    netuid: Option<u16>,
) -> Result<proto::Hotkey, Fault> {
    let info = query::hotkey(view, hotkey, netuid);
    Ok(proto::Hotkey {
        height: view.tip()?.height,
        hotkey: info.hotkey.to_string(),
        owner: text(info.owner),
        take: info.take.map(u32::from),
        take_set_at: info.take_set_at,
        lends_to_new_subnets: info.lends_to_new_subnets,
        subnets: info.subnets.iter().map(on_subnet).collect(),
    })
}

fn on_subnet(info: &HotkeySubnetInfo) -> proto::HotkeyOnSubnet {
    let pending = info.pending.as_ref();
    proto::HotkeyOnSubnet {
        netuid: info.netuid.into(),
        uid: info.uid.map(u32::from),
        stake: info.stake.units(),
        childkey_take: info.childkey_take.into(),
        children: links(&info.children),
        parents: links(&info.parents),
        pending: pending.map(|pending| proto::PendingChildren {
            children: links(&pending.children),
            cool_down: pending.cool_down,
        }),
        commitment_json: info.commitment.as_ref().map(json),
    }
}

fn links(links: &[(u64, AccountId)]) -> Vec<proto::Link> {
    let link =
        |&(proportion, hotkey): &(u64, AccountId)| proto::Link { hotkey: hotkey.to_string(), proportion };
    links.iter().map(link).collect()
}

pub(super) fn commits(view: &View<'_>, request: &proto::GetCommitsRequest) -> Result<proto::Commits, Fault> {
    let height = view.tip()?.height;
    let mechanism = convert::mechanism(request.netuid, request.mechanism)?;
    let only = request.hotkey.as_deref().map(convert::account).transpose()?;
    let info = query::open_commits(view, mechanism, only.as_ref(), height);
    let info = info.ok_or_else(|| missing(view, mechanism))?;
    let by_hash = info.by_hash.iter().map(|one| proto::HashCommit {
        hotkey: one.hotkey.to_string(),
        hash: one.hash.to_string(),
        epoch: one.epoch,
        block: one.block,
    });
    let timelocked = info.timelocked.iter().map(|one| proto::TimelockedCommit {
        hotkey: one.hotkey.to_string(),
        epoch: one.epoch,
        block: one.block,
        round: one.round,
    });
    Ok(proto::Commits {
        height,
        netuid: request.netuid,
        mechanism: request.mechanism,
        epoch: info.epoch,
        reveal_period: info.reveal_period,
        by_hash: by_hash.collect(),
        timelocked: timelocked.collect(),
    })
}

pub(super) fn locks(view: &View<'_>, netuid: u16) -> Result<proto::Locks, Fault> {
    let height = view.tip()?.height;
    let info = query::subnet_locks(view, netuid, height).ok_or(CallError::SubnetNotExists)?;
    let conviction = |&(hotkey, conviction): &(AccountId, u64)| proto::Conviction {
        hotkey: hotkey.to_string(),
        conviction,
    };
    Ok(proto::Locks {
        height,
        netuid: netuid.into(),
        convictions: info.convictions.iter().map(conviction).collect(),
        locks: info.locks.iter().map(lock).collect(),
    })
}
