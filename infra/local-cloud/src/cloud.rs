//! Starts the parts in the order of their needs, and ends them in the reverse.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::serve::ListenerExt;
use case_chat_local_gateway::{Invoke, Sockets, WebSocketApi, http_router};
use case_chat_local_issuer::IssuerOptions;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::aws::{Aws, Invocations, Ledger};
use crate::clock::now_millis;
use crate::data::Data;
use crate::dynamodb::DynamoDb;
use crate::endpoints::Endpoints;
use crate::events::{DEFAULT_BUS, Events};
use crate::iam::Iam;
use crate::kms::Keys;
use crate::lambda::{self, Functions};
use crate::mail::Mail;
use crate::options::Options;
use crate::ports::{self, Ports};
use crate::queues::Queues;
use crate::s3::Buckets;
use crate::sources::{self, QueueSource, Source};
use crate::state::State;
use crate::surroundings::{self, ACCOUNT, REGION};
use crate::template::{self, Stack};
use crate::xray::Xray;
use crate::{s3, seed, web};

/// AWS removes expired items within days; a minute lets a developer see it happen.
const UPKEEP_EVERY: Duration = Duration::from_secs(60);

/// A local cloud that answers. Dropped without [`Running::stop`], it goes on until its runtime ends.
pub struct Running {
    /// Where everything answers.
    pub endpoints: Endpoints,
    /// What the template says.
    pub stack: Arc<Stack>,
    endpoints_file: PathBuf,
    functions: Arc<Functions>,
    sockets: Option<Sockets>,
    dynamodb: DynamoDb,
    tasks: Vec<JoinHandle<()>>,
    _data: Data,
}

/// Starts everything that the template describes.
pub async fn start(options: Options) -> Result<Running> {
    let ports = Ports::bind(options.port).await?;
    let data = Data::open(&options.data, options.fresh)?;
    // Only now is it sure that no other local cloud stands behind the file.
    Endpoints::remove(&options.endpoints)?;
    let text = std::fs::read_to_string(&options.template)
        .with_context(|| format!("cannot read {}", options.template.display()))?;
    let aws_url = ports::url("http", &ports.aws)?;
    let stack = template::read(&text, &surroundings::of(&options, &ports, &aws_url)?)
        .with_context(|| format!("{}", options.template.display()))?;
    for line in template::warning_lines(&stack.ignored) {
        tracing::warn!("{line}");
    }
    let iam = Iam::new(&stack, ACCOUNT, REGION, options.grants.as_deref())
        .with_context(|| format!("{}", options.template.display()))?;
    let stage = stack.websocket_api.as_ref().map_or("", |api| api.stage.as_str());
    let endpoints = Endpoints {
        web: ports::url("http", &ports.web)?,
        http: ports::url("http", &ports.http)?,
        websocket: format!("{}/{stage}", ports::url("ws", &ports.websocket)?),
        issuer: ports::url("http", &ports.issuer)?,
        event_bus: stack.buses.first().map_or_else(|| DEFAULT_BUS.to_owned(), |bus| bus.name.clone()),
        mailbox: ports::url("http", &ports.mailbox)?,
        aws: aws_url,
    };
    let state = State::open(&data.state())?;
    let dynamodb = match &options.dynamodb_endpoint {
        Some(url) => DynamoDb::elsewhere(url, &stack.tables).await?,
        None => DynamoDb::open(data.database(), stack.tables.clone()).await?,
    };
    let (xray, daemon) = Xray::start().await?;
    let surroundings = lambda::Surroundings {
        region: REGION.to_owned(),
        aws_url: endpoints.aws.clone(),
        xray: xray.clone(),
    };
    let beside = options.endpoints.parent().unwrap_or(Path::new("."));
    lambda::write_environments(beside, &stack.functions, &surroundings)?;
    let functions = Arc::new(match &options.lambda_endpoint {
        Some(url) => Functions::at_endpoint(&stack.functions, url, options.sam_local),
        None => Functions::as_processes(&stack.functions, &options.functions, &surroundings).await?,
    });
    let invoke: Arc<dyn Invoke> = functions.clone();
    let queues = Queues::new(stack.queues.clone(), state.clone());
    let events = Events::new(&stack, ACCOUNT, REGION, state.clone(), queues.clone(), iam.clone());
    let mail = Mail::new(&stack, ACCOUNT, REGION, state.clone(), events.clone(), options.mail_per_second);
    let sockets = stack.websocket_api.clone().map(|api| {
        Sockets::new(WebSocketApi { limits: options.sockets.limits(), ..api }, Arc::clone(&invoke))
    });
    let ledger = Ledger::default();
    let access_keys: BTreeMap<String, String> =
        stack.functions.keys().map(|id| (lambda::access_key_id(id), id.clone())).collect();
    let buckets = Buckets::open(
        &data.objects(),
        state.clone(),
        s3::Surroundings {
            buckets: stack.buckets.clone(),
            keys: stack.keys.clone(),
            functions: access_keys.clone(),
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            iam: iam.clone(),
            ledger: ledger.clone(),
        },
    )
    .await?;
    let aws = Aws {
        dynamodb: dynamodb.clone(),
        queues: queues.clone(),
        events: events.clone(),
        mail: mail.clone(),
        management: sockets.as_ref().map(Sockets::management),
        keys: Keys::open(&data.keys(), &stack.keys)?,
        buckets: buckets.clone(),
        invocations: Invocations::new(stack.functions.values(), Arc::clone(&invoke)),
        functions: access_keys,
        region: REGION.to_owned(),
        iam: iam.clone(),
        ledger,
        xray,
    };
    let issuer = case_chat_local_issuer::router(IssuerOptions {
        issuer_url: endpoints.issuer.clone(),
        data_dir: data.issuer()?,
        redirect_origins: vec![endpoints.web.clone()],
        client_id: web::CLIENT_ID.to_owned(),
    })?;
    let http = stack.http_api.clone().map(|api| http_router(api, Arc::clone(&invoke))).unwrap_or_default();
    let mut tasks = vec![
        serve(ports.aws, aws.router()),
        serve(ports.issuer, issuer),
        serve(ports.mailbox, mail.mailbox()),
        serve(ports.http, http),
        serve(ports.websocket, sockets.as_ref().map(Sockets::router).unwrap_or_default()),
        serve(ports.web, web::router(options.web.clone(), &endpoints, &stack.outputs)?),
        events.deliver(Arc::clone(&invoke)),
        daemon,
    ];
    let stack = Arc::new(stack);
    for mapping in &stack.mappings {
        let function =
            stack.functions.get(&mapping.function).context("a mapping without its function")?.clone();
        let source = Source {
            mapping: mapping.clone(),
            function,
            region: REGION.to_owned(),
            dynamodb: dynamodb.clone(),
            state: state.clone(),
            queues: queues.clone(),
            iam: iam.clone(),
            invoke: Arc::clone(&invoke),
        };
        tasks.push(source.start());
    }
    for mapping in &stack.queue_mappings {
        let queue = stack.queues.iter().find(|queue| queue.arn == mapping.queue_arn);
        let function = stack.functions.get(&mapping.function);
        let source = QueueSource {
            mapping: mapping.clone(),
            function: function.context("a mapping without its function")?.clone(),
            queue: queue.context("a mapping without its queue")?.clone(),
            region: REGION.to_owned(),
            queues: queues.clone(),
            iam: iam.clone(),
            invoke: Arc::clone(&invoke),
        };
        tasks.push(source.start());
    }
    tasks.push(tokio::spawn(upkeep(dynamodb.clone(), buckets, state.clone(), Arc::clone(&stack))));
    let running = Running {
        endpoints,
        stack,
        endpoints_file: options.endpoints,
        functions,
        sockets,
        dynamodb,
        tasks,
        _data: data,
    };
    if !options.no_seed {
        seed::seed(&events, &state, &running.endpoints.event_bus).await?;
    }
    running.endpoints.write(&running.endpoints_file)?;
    Ok(running)
}

impl Running {
    /// Ends everything, functions included, in order.
    pub async fn stop(self) {
        if let Err(error) = Endpoints::remove(&self.endpoints_file) {
            tracing::warn!("{error:#}");
        }
        if let Some(sockets) = &self.sockets {
            sockets.close_all().await;
        }
        for task in &self.tasks {
            task.abort();
        }
        self.functions.stop().await;
        for task in self.tasks {
            // Aborted, or ended before: either way it is over.
            let _ = task.await;
        }
        self.dynamodb.stop();
    }
}

fn serve(listener: TcpListener, router: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        // Small answers must not wait for more.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!("a server ended: {error}");
        }
    })
}

/// Removes what is over, every now and then.
async fn upkeep(dynamodb: DynamoDb, buckets: Buckets, state: State, stack: Arc<Stack>) {
    loop {
        let round = async {
            let swept = dynamodb.sweep_expired().await?;
            let passed = sources::passed(&state, &stack.tables, &stack.mappings).await?;
            let pruned = dynamodb.prune(passed).await?;
            let expired = buckets.sweep_expired(now_millis()).await?;
            tracing::debug!(swept, pruned, expired, "upkeep");
            anyhow::Ok(())
        };
        if let Err(error) = round.await {
            tracing::error!("upkeep: {error:#}");
        }
        tokio::time::sleep(UPKEEP_EVERY).await;
    }
}
