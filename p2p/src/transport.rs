//! The links: TCP with noise and yamux, and QUIC.
//!
//! TCP is the default on one host: its handshake takes a third of QUIC's and large messages cost a quarter less. Both
//! are behind one type, built in one function, so that what happens to every byte of a link ([`crate::line`]) is the
//! same for both.

use crate::{Error, Links, config::STREAMS, line};
use futures::future::ready;
use libp2p::{
    PeerId, Transport,
    core::{muxing::StreamMuxerBox, transport::Boxed, upgrade},
    identity::Keypair,
    noise, quic, tcp, yamux,
};

/// Both transports as one, with every connection under the conditions of its link.
pub(crate) fn build(key: &Keypair, links: &Links) -> Result<Boxed<(PeerId, StreamMuxerBox)>, Error> {
    let noise = noise::Config::new(key).map_err(|error| Error::Key(error.to_string()))?;
    let mut yamux = yamux::Config::default();
    yamux.set_max_num_streams(STREAMS);
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(upgrade::Version::V1Lazy)
        .authenticate(noise)
        .multiplex(yamux)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let quic = quic::tokio::Transport::new(quic::Config::new(key))
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let links = links.clone();
    let both = tcp.or_transport(quic).map(|either, _| either.into_inner());
    Ok(both.and_then(move |(peer, muxer), _| ready(line::connect(peer, muxer, &links))).boxed())
}
