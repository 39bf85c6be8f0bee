//! A connection that may say little until it has proven who it is.
//!
//! A frame of this protocol may have 2 MiB, and a thousand strangers who begin one each would hold 2 GB of memory. A
//! greeting has a few kilobytes: until it was right, no more than that is read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The HTTP head, the greeting and some pings: a fifth of it is usual.
pub const BEFORE_PROOF: u64 = 64 * 1024;

/// The connection below, and how much may still be read from it.
#[derive(Debug)]
pub struct Metered<T> {
    inner: T,
    left: u64,
    proven: Arc<AtomicBool>,
}

impl<T> Metered<T> {
    /// Reads [`BEFORE_PROOF`] bytes at most, until `proven` is set.
    pub fn new(inner: T, proven: Arc<AtomicBool>) -> Self {
        let left = BEFORE_PROOF;
        Self { inner, left, proven }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Metered<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.inner).poll_read(cx, buf);
        if polled.is_ready() && !this.proven.load(Ordering::Relaxed) {
            let read = buf.filled().len().saturating_sub(before) as u64;
            match this.left.checked_sub(read) {
                Some(left) => this.left = left,
                None => return Poll::Ready(Err(io::Error::other("too much before the greeting"))),
            }
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Metered<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    #[tokio::test]
    async fn little_is_read_before_the_proof_and_everything_after_it() {
        let (mut bytes, proven) = (vec![0; 100], Arc::new(AtomicBool::new(false)));
        let mut metered = Metered::new(tokio::io::repeat(7), Arc::clone(&proven));
        let mut read = 0;
        let error = loop {
            match metered.read(&mut bytes).await {
                Ok(more) => read += more as u64,
                Err(error) => break error,
            }
        };
        assert_eq!(read, BEFORE_PROOF / 100 * 100, "{error}");
        proven.store(true, Ordering::Relaxed);
        let mut metered = Metered::new(tokio::io::repeat(7), proven);
        let mut much = vec![0; 1 << 20];
        metered.read_exact(&mut much).await.unwrap();
    }
}
