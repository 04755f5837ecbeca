//! What the SDK's clients send their requests through: HTTP/1.1, over TLS that trusts Amazon's roots.
//!
//! The SDK's own transport has HTTP/2 and proxies too, and reads its roots as PEM text: at every
//! start, that is a fifth of what a function does beyond what the smallest Lambda does.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    connection::{CaptureSmithyConnection, ConnectionMetadata},
    http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{self, CaptureConnection, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer};

/// The roots that AWS's services chain to, as Amazon Trust Services publishes them. Reading the
/// machine's own store would triple the start.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("roots/amazon-root-ca-1.der"),
    include_bytes!("roots/amazon-root-ca-2.der"),
    include_bytes!("roots/amazon-root-ca-3.der"),
    include_bytes!("roots/amazon-root-ca-4.der"),
    include_bytes!("roots/starfield-services-root-g2.der"),
];

/// One pool of connections, whichever client asks. The timeouts of a request's attempts are the SDK's.
pub(crate) fn http_client(connect_timeout: Duration) -> SharedHttpClient {
    let transport = SharedHttpConnector::new(Transport::new(amazon_roots(), connect_timeout));
    http_client_fn(move |_, _| transport.clone())
}

fn amazon_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(AMAZON_ROOTS.map(CertificateDer::from));
    roots
}

#[derive(Debug)]
struct Transport(Client<HttpsConnector<connect::HttpConnector>, SdkBody>);

impl Transport {
    fn new(roots: RootCertStore, connect_timeout: Duration) -> Self {
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let mut tcp = connect::HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Self(Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector))
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let connection = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || Some(to_poison(connection.clone())));
        }
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            // Whatever fails here never was an answer, so the SDK may try again.
            let response = answer.await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What the SDK gives a connection up with, when a server is in trouble.
fn to_poison(connection: CaptureConnection) -> ConnectionMetadata {
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    ConnectionMetadata::builder().proxied(false).poison_fn(poison).build()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Instant,
    };

    use aws_smithy_types::byte_stream::ByteStream;
    use rustls::{ServerConfig, pki_types::PrivateKeyDer};
    use tokio::{
        io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
        net::{TcpListener, TcpSocket, TcpStream},
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;

    const LIMIT: Duration = Duration::from_millis(200);

    fn transport() -> Transport {
        Transport::new(amazon_roots(), LIMIT)
    }

    async fn get(transport: &Transport, uri: &str) -> Result<Vec<u8>, ConnectorError> {
        read(transport.call(HttpRequest::get(uri).expect("a request")).await?).await
    }

    async fn read(response: HttpResponse) -> Result<Vec<u8>, ConnectorError> {
        let body = ByteStream::new(response.into_body()).collect().await;
        Ok(body.map_err(|error| ConnectorError::io(error.into()))?.to_vec())
    }

    /// Answers every request on a stream, for as long as there are any.
    async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        }
    }

    /// A server without TLS: where it is, and how many connections it took.
    async fn plain_server() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = format!("http://{}/", listener.local_addr().expect("bound"));
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream));
            }
        });
        (uri, taken)
    }

    /// A server with a certificate that it signed itself: where it is, and the certificate.
    async fn self_signed_server() -> (String, CertificateDer<'static>) {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let certificate = signed.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(signed.signing_key.serialize_der().into());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect("a usable certificate");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = format!("https://localhost:{}/", listener.local_addr().expect("bound").port());
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                tokio::spawn(serve(stream));
            }
        });
        (uri, certificate)
    }

    #[test]
    fn the_roots_are_those_that_browsers_know_as_amazons() {
        let roots = amazon_roots().roots;
        assert_eq!(roots.len(), AMAZON_ROOTS.len(), "each is readable");
        for root in roots {
            assert!(webpki_roots::TLS_SERVER_ROOTS.contains(&root));
        }
    }

    #[tokio::test]
    async fn a_server_of_another_root_is_refused() {
        let (uri, certificate) = self_signed_server().await;
        let refused = get(&transport(), &uri).await.expect_err("not Amazon's");
        assert!(refused.is_io(), "{refused:?}");
        assert!(format!("{refused:?}").contains("UnknownIssuer"), "{refused:?}");

        let mut trusting = RootCertStore::empty();
        trusting.add(certificate).expect("a root");
        let served = get(&Transport::new(trusting, LIMIT), &uri).await.expect("its own root");
        assert_eq!(served, b"ok");
    }

    #[tokio::test]
    async fn a_connection_is_kept_until_it_is_poisoned() {
        let (uri, taken) = plain_server().await;
        let transport = transport();
        for _ in 0..2 {
            assert_eq!(get(&transport, &uri).await.expect("an answer"), b"ok");
        }
        assert_eq!(taken.load(Ordering::SeqCst), 1);

        let capture = CaptureSmithyConnection::new();
        let mut request = HttpRequest::get(&*uri).expect("a request");
        request.add_extension(capture.clone());
        let response = transport.call(request).await.expect("an answer");
        capture.get().expect("the connection").poison();
        read(response).await.expect("a body");
        get(&transport, &uri).await.expect("an answer");
        assert_eq!(taken.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_server_that_does_not_take_connections_is_given_up_in_time() {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
        let listener = socket.listen(1).expect("a listener");
        let address = listener.local_addr().expect("bound");
        // The kernel takes what fits in the queue, and lets the rest wait.
        let mut waiting = Vec::new();
        while let Ok(stream) = tokio::time::timeout(LIMIT, TcpStream::connect(address)).await {
            waiting.push(stream.expect("taken"));
        }

        let begun = Instant::now();
        let failed = get(&transport(), &format!("http://{address}/")).await.expect_err("nobody is there");
        assert!(failed.is_io(), "{failed:?}");
        assert!((LIMIT..3 * LIMIT).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    }
}
