//! Where bytes become types: the payloads of gossip, and the requests and answers of the direct protocol.
//!
//! Rules:
//! 1. A gossip payload is a tag and either a message or the announcement of one that is too long for gossip.
//! 2. A direct frame is its length (`u32`, little endian) and its borsh bytes. A length above the limit is refused
//!    before one byte of the content is read, and memory grows with the bytes that arrive, not with the length claimed.
//! 3. Whatever does not decode is an error of kind `InvalidData`: it is the sender's fault, not the link's. libp2p
//!    tells
//!    of an answer that cannot be read, but not of such a request: it becomes [`Nonsense`], which looks like a request.

use crate::config::{DIRECT_FRAME_BYTES, GOSSIP_BYTES};
use borsh::{BorshDeserialize, BorshSerialize};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::{StreamProtocol, request_response};
use std::io;
use taonet_chain::{Domain, Hash};
use taonet_consensus::{MAX_MESSAGE_BYTES, Message};

/// The tag of a payload that holds a message.
const INLINE: u8 = 0;
/// The tag of a payload that announces one.
const ANNOUNCED: u8 = 1;

/// The name and length of a message that is fetched from whoever announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Announcement {
    /// The hash of its bytes.
    pub(crate) hash: Hash,
    /// Their number.
    pub(crate) bytes: u32,
}

impl Announcement {
    /// Announces `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Announcement {
        Announcement {
            hash: Hash::of(Domain::MESSAGE, bytes),
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        }
    }

    /// Whether a message may be announced with this length at all.
    fn is_plausible(&self) -> bool {
        (GOSSIP_BYTES + 1..=MAX_MESSAGE_BYTES).contains(&(self.bytes as usize))
    }

    /// As a gossip payload.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut payload = vec![ANNOUNCED];
        // Writing into a vector cannot fail.
        let _ = self.serialize(&mut payload);
        payload
    }
}

/// What a gossip payload holds.
#[derive(Debug)]
pub(crate) enum Payload {
    /// A message.
    Inline(Box<Message>),
    /// The announcement of a long one.
    Announced(Announcement),
}

/// Wraps the bytes of a message that is short enough for gossip.
pub(crate) fn inline(message: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(message.len() + 1);
    payload.push(INLINE);
    payload.extend_from_slice(message);
    payload
}

/// Reads a gossip payload.
pub(crate) fn read_payload(bytes: &[u8]) -> io::Result<Payload> {
    match bytes.split_first() {
        Some((&INLINE, message)) if message.len() <= GOSSIP_BYTES => {
            Ok(Payload::Inline(Box::new(read_message(message)?)))
        }
        Some((&ANNOUNCED, announcement)) => match Announcement::try_from_slice(announcement) {
            Ok(announcement) if announcement.is_plausible() => Ok(Payload::Announced(announcement)),
            _ => Err(invalid("an announcement that cannot be right")),
        },
        _ => Err(invalid("neither a short message nor an announcement")),
    }
}

/// Reads a message.
pub(crate) fn read_message(bytes: &[u8]) -> io::Result<Message> {
    Message::decode(bytes).map_err(|error| invalid(&error.to_string()))
}

/// What one node asks another directly.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Request {
    /// Take this message.
    Message(Vec<u8>),
    /// Give me the announced message with this hash.
    Body(Hash),
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Answer {
    /// The message arrived.
    Received,
    /// The announced message.
    Body(Vec<u8>),
    /// There is no such message, or not any more.
    Missing,
}

/// A request that is none: its sender is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nonsense;

/// The direct protocol's frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frames {
    limit: usize,
}

impl Default for Frames {
    fn default() -> Frames {
        Frames { limit: DIRECT_FRAME_BYTES }
    }
}

impl Frames {
    /// Frames of any length, for tests that play a hostile peer.
    #[cfg(test)]
    pub(crate) fn unlimited() -> Frames {
        Frames { limit: u32::MAX as usize }
    }

    async fn read<T: BorshDeserialize>(&self, io: &mut (impl AsyncRead + Unpin + Send)) -> io::Result<T> {
        let mut length = [0; 4];
        io.read_exact(&mut length).await?;
        let length = u32::from_le_bytes(length);
        if length as usize > self.limit {
            return Err(invalid("a frame longer than the limit"));
        }
        let mut frame = Vec::new();
        io.take(u64::from(length)).read_to_end(&mut frame).await?;
        if frame.len() < length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        T::try_from_slice(&frame).map_err(|error| invalid(&error.to_string()))
    }

    async fn write(
        &self,
        io: &mut (impl AsyncWrite + Unpin + Send),
        value: impl BorshSerialize + Send,
    ) -> io::Result<()> {
        let frame = borsh::to_vec(&value)?;
        let length = u32::try_from(frame.len()).map_err(|_| invalid("a frame longer than 4 GiB"))?;
        io.write_all(&length.to_le_bytes()).await?;
        io.write_all(&frame).await
    }
}

impl request_response::Codec for Frames {
    type Protocol = StreamProtocol;
    type Request = Result<Request, Nonsense>;
    type Response = Answer;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        match self.read(io).await {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Err(Nonsense)),
            result => result.map(Ok),
        }
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Answer>
    where
        T: AsyncRead + Unpin + Send,
    {
        self.read(io).await
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        request: Self::Request,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        self.write(io, request.map_err(|Nonsense| invalid("nonsense is not sent"))?).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, answer: Answer) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        self.write(io, answer).await
    }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests;
