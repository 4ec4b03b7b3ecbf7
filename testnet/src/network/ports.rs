//! Free ports on this computer.
//!
//! A port is asked for from the operating system and held until just before the process that needs it starts, so two
//! networks that start at the same time do not choose the same one. Should a stranger take it in the moment between,
//! the node says so (exit code 75) and the network is planned again.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
};

/// Ports that are ours as long as this value lives.
#[derive(Debug, Default)]
pub struct Held {
    tcp: Vec<TcpListener>,
    udp: Vec<UdpSocket>,
}

impl Held {
    /// A loopback port that is free for TCP.
    ///
    /// # Errors
    /// What the operating system says when it has no port.
    pub fn tcp(&mut self) -> io::Result<u16> {
        let listener = TcpListener::bind(loopback())?;
        let port = listener.local_addr()?.port();
        self.tcp.push(listener);
        Ok(port)
    }

    /// A loopback port that is free for UDP.
    ///
    /// # Errors
    /// What the operating system says when it has no port.
    pub fn udp(&mut self) -> io::Result<u16> {
        let socket = UdpSocket::bind(loopback())?;
        let port = socket.local_addr()?.port();
        self.udp.push(socket);
        Ok(port)
    }
}

fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}
