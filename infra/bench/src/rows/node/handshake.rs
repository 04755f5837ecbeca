//! What a handshake of TLS costs a client with the functions' settings: rustls over aws-lc-rs, post-quantum key exchange
//! preferred, and a chain of RSA certificates as AWS's services have.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_RSA_SHA256};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, Stream,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
};

use crate::{lambda::cpu_of_this_thread, statistics::median};

const HOST: &str = "dynamodb.eu-central-1.amazonaws.com";
const RUNS: usize = 51;

/// The client's share of one, the first byte in each direction included.
pub(super) fn cpu() -> Result<Duration> {
    let chain = Chain::new()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = chain.server()?;
    let serving = thread::spawn(move || -> Result<()> {
        for _ in 0..RUNS {
            let (mut stream, _) = listener.accept()?;
            let mut connection = ServerConnection::new(Arc::clone(&server))?;
            let mut tls = Stream::new(&mut connection, &mut stream);
            let mut byte = [0];
            tls.read_exact(&mut byte)?;
            tls.write_all(&byte)?;
        }
        Ok(())
    });
    let mut roots = RootCertStore::empty();
    roots.add(chain.root)?;
    let mut spent = Vec::new();
    for _ in 0..RUNS {
        // Settings of its own each time: no session is taken up again.
        let config = ClientConfig::builder().with_root_certificates(roots.clone()).with_no_client_auth();
        let config = Arc::new(config);
        let before = cpu_of_this_thread()?;
        let mut connection = ClientConnection::new(config, ServerName::try_from(HOST)?)?;
        let mut stream = TcpStream::connect(address)?;
        let mut tls = Stream::new(&mut connection, &mut stream);
        tls.write_all(b".")?;
        tls.read_exact(&mut [0])?;
        spent.push(cpu_of_this_thread()? - before);
    }
    serving.join().ok().context("the server of the handshakes")??;
    Ok(median(spent))
}

/// A root, an authority under it, and a server's certificate.
struct Chain {
    root: CertificateDer<'static>,
    sent: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Chain {
    fn new() -> Result<Self> {
        let authority = |name: &str| -> Result<CertificateParams> {
            let mut params = CertificateParams::new(vec![name.to_owned()])?;
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            Ok(params)
        };
        let key = || KeyPair::generate_for(&PKCS_RSA_SHA256);
        let root_key = key()?;
        let root_params = authority("root.example")?;
        let root = root_params.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root_params, root_key);
        let between_key = key()?;
        let between_params = authority("between.example")?;
        let between = between_params.signed_by(&between_key, &root_issuer)?;
        let between_issuer = Issuer::new(between_params, between_key);
        let own_key = key()?;
        let own = CertificateParams::new(vec![HOST.to_owned()])?.signed_by(&own_key, &between_issuer)?;
        Ok(Self {
            root: root.der().clone(),
            sent: vec![own.der().clone(), between.der().clone()],
            key: PrivateKeyDer::Pkcs8(own_key.serialize_der().into()),
        })
    }

    fn server(&self) -> Result<Arc<ServerConfig>> {
        let config = ServerConfig::builder().with_no_client_auth();
        Ok(Arc::new(config.with_single_cert(self.sent.clone(), self.key.clone_key())?))
    }
}
