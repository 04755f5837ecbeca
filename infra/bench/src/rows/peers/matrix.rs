//! Synapse, and as much of Matrix's HTTP API as two people need: one sends, the other waits in `/sync`.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::{process::Command, time::sleep};

use super::{
    server::{Place, Server},
    timed,
};
use crate::cloud::TEXT;

/// By then the one who waits has asked.
const UNDER_WAY: Duration = Duration::from_millis(10);

pub(super) async fn times(program: &Path) -> Result<Vec<Duration>> {
    let server = start(program).await?;
    let amira = User::register(&server, "amira").await?;
    let chen = User::register(&server, "chen").await?;
    let wanted = json!({ "preset": "trusted_private_chat", "invite": ["@chen:localhost"] });
    let room = amira.call("POST", "createRoom", &wanted).await?;
    let room = room["room_id"].as_str().context("a room")?;
    chen.call("POST", &format!("join/{room}"), &json!({})).await?;
    let mut since = chen.call("GET", "sync?timeout=0", &Value::Null).await?["next_batch"].clone();
    timed(async |number| {
        let text = format!("{number} {TEXT}");
        let body = json!({ "msgtype": "m.text", "body": text });
        let send = async {
            sleep(UNDER_WAY).await;
            let begun = Instant::now();
            amira
                .call("PUT", &format!("rooms/{room}/send/m.room.message/{number}"), &body)
                .await
                .map(|_| begun)
        };
        let receive = async {
            loop {
                let at = since.as_str().context("a place")?.to_owned();
                let news = chen.call("GET", &format!("sync?timeout=30000&since={at}"), &Value::Null).await?;
                since = news["next_batch"].clone();
                if news["rooms"]["join"][room]["timeline"].to_string().contains(&text) {
                    return anyhow::Ok(Instant::now());
                }
            }
        };
        let (begun, received) = tokio::try_join!(send, receive)?;
        Ok(received - begun)
    })
    .await
}

async fn start(program: &Path) -> Result<Server> {
    let place = Place::find().await?;
    let plenty = json!({ "per_second": 10_000, "burst_count": 10_000 });
    let settings = json!({
        "server_name": "localhost",
        "report_stats": false,
        "pid_file": place.path().join("pid"),
        "signing_key_path": place.path().join("signing.key"),
        "media_store_path": place.path().join("media"),
        "database": { "name": "sqlite3", "args": { "database": place.path().join("homeserver.db") } },
        "listeners": [{
            "port": place.port,
            "type": "http",
            "tls": false,
            "bind_addresses": ["127.0.0.1"],
            "resources": [{ "names": ["client"], "compress": false }],
        }],
        "trusted_key_servers": [],
        "enable_registration": true,
        "enable_registration_without_verification": true,
        "macaroon_secret_key": "local",
        "form_secret": "local",
        "rc_message": plenty,
        "rc_registration": plenty,
    });
    // JSON is YAML.
    let file = place.path().join("homeserver.yaml");
    fs::write(&file, settings.to_string())?;
    let synapse = || {
        let mut command = Command::new(program);
        command.arg("--config-path").arg(&file);
        command
    };
    let keys = synapse().arg("--generate-keys").current_dir(place.path()).output().await?;
    ensure!(keys.status.success(), "Synapse makes no keys: {}", String::from_utf8_lossy(&keys.stderr));
    place.start(&mut synapse()).await
}

struct User {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl User {
    async fn register(server: &Server, name: &str) -> Result<Self> {
        let base = format!("http://127.0.0.1:{}/_matrix/client/v3", server.port);
        let mut user = Self { http: reqwest::Client::new(), base, token: String::new() };
        let wanted =
            json!({ "username": name, "password": "local-local", "auth": { "type": "m.login.dummy" } });
        let registered = user.call("POST", "register", &wanted).await?;
        user.token = registered["access_token"].as_str().context("a token")?.to_owned();
        Ok(user)
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let mut request = self.http.request(method.parse()?, format!("{}/{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}
