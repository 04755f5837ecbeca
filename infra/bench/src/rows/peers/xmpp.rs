//! Prosody, and as much of XMPP as two people need: one stream each, signed in by SASL PLAIN.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
    time::timeout,
};

use super::{
    server::{Place, Server},
    timed,
};
use crate::cloud::TEXT;

const PATIENCE: Duration = Duration::from_secs(15);
const STREAM: &str = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' \
    xmlns:stream='http://etherx.jabber.org/streams'>";
const BIND: &str = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";

pub(super) async fn times(program: &Path) -> Result<Vec<Duration>> {
    let server = start(program).await?;
    let mut amira = Stream::open(server.port, "amira").await?;
    let mut chen = Stream::open(server.port, "chen").await?;
    timed(async |number| {
        let body = format!("<body>{number} {TEXT}</body>");
        let begun = Instant::now();
        amira
            .send(&format!("<message to='chen@localhost' type='chat' id='{number}'>{body}</message>"))
            .await?;
        chen.until(&body).await?;
        Ok(begun.elapsed())
    })
    .await
}

async fn start(program: &Path) -> Result<Server> {
    let place = Place::find().await?;
    let folder = place.path().display().to_string();
    let accounts = place.path().join("localhost/accounts");
    fs::create_dir_all(&accounts)?;
    for name in ["amira", "chen"] {
        fs::write(accounts.join(format!("{name}.dat")), "return { [\"password\"] = \"local\" };\n")?;
    }
    let settings = format!(
        "run_as_root = true\ndaemonize = false\npidfile = \"{folder}/pid\"\ndata_path = \"{folder}\"\n\
         log = {{ warn = \"*console\" }}\nmodules_enabled = {{ \"roster\", \"saslauth\", \"mam\" }}\n\
         modules_disabled = {{ \"s2s\", \"tls\" }}\ninterfaces = {{ \"127.0.0.1\" }}\nc2s_ports = {{ {} }}\n\
         c2s_require_encryption = false\nallow_unencrypted_plain_auth = true\n\
         authentication = \"internal_plain\"\ndefault_archive_policy = true\nVirtualHost \"localhost\"\n",
        place.port
    );
    let file = place.path().join("prosody.cfg.lua");
    fs::write(&file, settings)?;
    place.start(Command::new(program).arg("--config").arg(file)).await
}

struct Stream {
    tcp: TcpStream,
    /// What came and was not looked at yet.
    unread: String,
}

impl Stream {
    async fn open(port: u16, name: &str) -> Result<Self> {
        let tcp = TcpStream::connect(("127.0.0.1", port)).await?;
        tcp.set_nodelay(true)?;
        let mut stream = Self { tcp, unread: String::new() };
        let password = STANDARD.encode(format!("\0{name}\0local"));
        let auth =
            format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{password}</auth>");
        for (say, until) in [
            (STREAM, "</stream:features>"),
            (&auth, "<success"),
            (STREAM, "</stream:features>"),
            (BIND, "</iq>"),
            ("<presence/>", "<presence"),
        ] {
            stream.send(say).await?;
            stream.until(until).await.with_context(|| format!("{name} cannot sign in to Prosody"))?;
        }
        Ok(stream)
    }

    async fn send(&mut self, text: &str) -> Result<()> {
        Ok(self.tcp.write_all(text.as_bytes()).await?)
    }

    /// Reads on until that has come.
    async fn until(&mut self, text: &str) -> Result<()> {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            if let Some((_, rest)) = self.unread.split_once(text) {
                self.unread = rest.to_owned();
                return Ok(());
            }
            let count =
                timeout(PATIENCE, self.tcp.read(&mut bytes)).await.with_context(|| self.unread.clone())??;
            ensure!(count > 0, "the stream ended: {}", self.unread);
            self.unread.push_str(std::str::from_utf8(bytes.get(..count).unwrap_or_default())?);
        }
    }
}
