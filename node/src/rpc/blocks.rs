//! Blocks for clients: one, or from a height on without gaps.

use super::{convert, gate::STREAM_BUFFER, service::Service};
use crate::{
    fault::Fault,
    proto,
    shared::Progress,
    store::{Results, View},
};
use std::sync::Arc;
use taonet_chain::{CommittedBlock, Hash};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

/// A block with what it did.
pub(super) struct Stored {
    pub(super) committed: CommittedBlock,
    pub(super) results: Results,
}

/// A stream of answers.
pub(super) type Answers<T> = ReceiverStream<Result<T, Status>>;

/// Reads the block at a height.
pub(super) fn at(view: &View<'_>, height: u64) -> Result<Stored, Fault> {
    match (view.block(height)?, view.results(height)?) {
        (Some(committed), Some(results)) => Ok(Stored { committed, results }),
        _ => Err(missing(view, height)?),
    }
}

fn missing(view: &View<'_>, height: u64) -> Result<Fault, Fault> {
    let tip = view.tip()?.height;
    let (sentence, remedy) = if height == 0 {
        ("block 0 is the genesis, which has no block".to_owned(), "Ask for the genesis instead.")
    } else if height > tip {
        (
            format!("block {height} does not exist yet; the last one is {tip}"),
            "Ask again when the chain is there.",
        )
    } else {
        (
            format!("block {height} is no longer kept"),
            "Ask a node that keeps an archive ([storage] archive = true).",
        )
    };
    Ok(Fault::not_found(sentence, remedy))
}

/// Reads the block that a request names.
pub(super) fn requested(view: &View<'_>, request: &proto::GetBlockRequest) -> Result<Stored, Fault> {
    use proto::get_block_request::Block;
    match &request.block {
        None => at(view, view.tip()?.height),
        Some(Block::Height(height)) => at(view, *height),
        Some(Block::Hash(text)) => {
            let id = convert::hash(text)?;
            match view.height_of(&id)? {
                Some(height) => at(view, height),
                None => Err(no_such_block(&id)),
            }
        }
    }
}

fn no_such_block(id: &Hash) -> Fault {
    Fault::not_found(format!("no block with the hash {id} is kept here"), "Check the hash, or ask by height.")
}

/// Reads a transaction with its receipt; `None` if no block that is kept has it.
pub(super) fn transaction(view: &View<'_>, id: &Hash) -> Result<Option<proto::ExecutedTransaction>, Fault> {
    let Some(place) = view.place_of(id)? else { return Ok(None) };
    let stored = at(view, place.height)?;
    Ok(convert::executed_transactions(&stored).nth(place.position as usize))
}

/// What the block at a height is called. That of the last one needs no reading of the block.
pub(super) fn head(view: &View<'_>, height: u64) -> Result<proto::Head, Fault> {
    let tip = view.tip()?;
    if tip.height == height {
        return Ok(proto::Head { height, hash: tip.id.to_string(), timestamp_ms: tip.timestamp_ms });
    }
    let Some(committed) = view.block(height)? else { return Err(missing(view, height)?) };
    let header = &committed.block.header;
    Ok(proto::Head { height, hash: header.id().to_string(), timestamp_ms: header.timestamp_ms })
}

/// Follows the chain from a height on and answers with what `pick` makes of each height, until the client leaves or
/// the node stops. Past blocks come as fast as they are read, new ones as soon as they are decided.
pub(super) fn follow<T: Send + 'static>(
    service: &Service,
    from_height: Option<u64>,
    pick: impl Fn(&View<'_>, u64) -> Result<Option<T>, Fault> + Send + Sync + 'static,
) -> Result<Answers<T>, Fault> {
    let place = service.gate.stream()?;
    let (answers, stream) = mpsc::channel(STREAM_BUFFER);
    let (service, pick) = (service.clone(), Arc::new(pick));
    let mut progress = service.shared.progress.clone();
    let first = from_height.unwrap_or_else(|| progress.borrow().height.saturating_add(1)).max(1);
    tokio::spawn(async move {
        let _place = place;
        for height in first..=u64::MAX {
            tokio::select! {
                () = answers.closed() => return,
                stopped = reached(&mut progress, height) => if stopped.is_err() {
                    let _ = answers.send(Err(Fault::stopping().into())).await;
                    return;
                }
            }
            let pick = Arc::clone(&pick);
            let answer = service.gate.read_in_turn(move |view| pick(view, height)).await;
            let answer = answer.map_err(Status::from).transpose();
            let failed = matches!(answer, Some(Err(_)));
            if let Some(answer) = answer
                && (answers.send(answer).await.is_err() || failed)
            {
                return;
            }
        }
    });
    Ok(ReceiverStream::new(stream))
}

/// Waits until the node has the block at `height`; fails when the node stops.
pub(super) async fn reached(progress: &mut watch::Receiver<Progress>, height: u64) -> Result<(), Fault> {
    let reached = progress.wait_for(|progress| progress.height >= height).await;
    reached.map(drop).map_err(|_| Fault::stopping())
}
