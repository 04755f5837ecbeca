//! How the SDK's clients are made: once, over one pool of connections, with every timeout and retry set
//! on purpose.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Region, SharedCredentialsProvider, SharedHttpClient, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_types::SdkConfig;

use crate::{LazyClient, transport::http_client};

/// A connection inside a region takes a few milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// DynamoDB answers in single-digit milliseconds; what takes longer than this is lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1500);
/// All attempts together: three operations one after the other end within a function's 20 s.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);
/// The first try and two more: what three do not reach, the caller's own retry must.
const ATTEMPTS: u32 = 3;

/// A person at a terminal waits longer, far from the region and while tables are throttled.
const PATIENT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const PATIENT_ATTEMPTS: u32 = 8;

/// S3 copies some 100 MB a second inside a region; a function that does so has 30 s.
const OBJECT_TIMEOUT: Duration = Duration::from_secs(20);

/// SES answers within a second. It has no token against doing something twice, so there is one attempt:
/// what became of it, the queue's next delivery finds out.
const MAIL_TIMEOUT: Duration = Duration::from_secs(10);

/// A client of one service, made when it is first used. Each service's SDK has types of its own for the same thing.
macro_rules! client {
    ($settings:expr, $sdk:ident $(, $option:ident: $value:expr)* $(,)?) => {{
        let settings: Settings = $settings;
        LazyClient::new(move || {
            let mut config = $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(settings.region)
                .credentials_provider(settings.credentials)
                .http_client(settings.http)
                .timeout_config(settings.timeouts)
                .retry_config(settings.retries)
                $(.$option($value))*;
            config.set_endpoint_url(settings.endpoint);
            $sdk::Client::from_conf(config.build())
        })
    }};
}

/// A setting that Lambda always gives is not there.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not set")]
pub struct MissingSetting(&'static str);

/// What every client shares: region, credentials, endpoint, TLS connections.
#[derive(Clone)]
pub struct Settings {
    region: Region,
    credentials: SharedCredentialsProvider,
    endpoint: Option<String>,
    http: SharedHttpClient,
    timeouts: TimeoutConfig,
    retries: RetryConfig,
}

impl Settings {
    /// From the variables that Lambda sets: `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; and `AWS_ENDPOINT_URL`, which stands in for
    /// every service where the functions run locally.
    pub fn from_lookup(get: impl Fn(&str) -> Option<String>) -> Result<Self, MissingSetting> {
        let need = |name: &'static str| get(name).ok_or(MissingSetting(name));
        // A sandbox lives shorter than the credentials it starts with.
        let credentials = Credentials::new(
            need("AWS_ACCESS_KEY_ID")?,
            need("AWS_SECRET_ACCESS_KEY")?,
            get("AWS_SESSION_TOKEN"),
            None,
            "lambda",
        );
        Ok(Self {
            region: Region::new(need("AWS_REGION")?),
            credentials: SharedCredentialsProvider::new(credentials),
            endpoint: get("AWS_ENDPOINT_URL"),
            http: http_client(CONNECT_TIMEOUT),
            timeouts: TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
            retries: RetryConfig::standard()
                .with_max_attempts(ATTEMPTS)
                .with_initial_backoff(Duration::from_millis(50)),
        })
    }

    /// The same for a person at a terminal, whom nobody waits for.
    #[must_use]
    pub fn patient(self) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(PATIENT_ATTEMPT_TIMEOUT).build();
        Self { timeouts, retries: RetryConfig::standard().with_max_attempts(PATIENT_ATTEMPTS), ..self }
    }

    /// For a client of a service that no function uses.
    #[must_use]
    pub fn sdk(&self) -> SdkConfig {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .timeout_config(self.timeouts.clone())
            .retry_config(self.retries.clone());
        match &self.endpoint {
            Some(endpoint) => config.endpoint_url(endpoint).build(),
            None => config.build(),
        }
    }

    /// A client of DynamoDB.
    #[must_use]
    pub fn dynamodb(&self) -> LazyClient<aws_sdk_dynamodb::Client> {
        client!(self.clone(), aws_sdk_dynamodb)
    }

    /// A client of S3.
    #[must_use]
    pub fn s3(&self) -> LazyClient<aws_sdk_s3::Client> {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(OBJECT_TIMEOUT)
            .operation_timeout(OBJECT_TIMEOUT)
            .build();
        // What stands in for S3 has no names of its own for buckets.
        let by_path = self.endpoint.is_some();
        client!(
            Self { timeouts, ..self.clone() },
            aws_sdk_s3,
            force_path_style: by_path,
            // The checksums that matter here are signed or asked for one by one.
            request_checksum_calculation: RequestChecksumCalculation::WhenRequired,
            response_checksum_validation: ResponseChecksumValidation::WhenRequired,
        )
    }

    /// A client of KMS.
    #[must_use]
    pub fn kms(&self) -> LazyClient<aws_sdk_kms::Client> {
        client!(self.clone(), aws_sdk_kms)
    }

    /// A client of SQS.
    #[must_use]
    pub fn queues(&self) -> LazyClient<aws_sdk_sqs::Client> {
        client!(self.clone(), aws_sdk_sqs)
    }

    /// A client of SES.
    #[must_use]
    pub fn mail(&self) -> LazyClient<aws_sdk_sesv2::Client> {
        let timeouts = TimeoutConfig::builder().operation_timeout(MAIL_TIMEOUT).build();
        client!(Self { timeouts, retries: RetryConfig::disabled(), ..self.clone() }, aws_sdk_sesv2)
    }

    /// A client of a WebSocket API's management, at `endpoint` unless a local one stands in.
    #[must_use]
    pub fn sockets(&self, endpoint: &str) -> LazyClient<aws_sdk_apigatewaymanagement::Client> {
        let endpoint = self.endpoint.clone().unwrap_or_else(|| endpoint.to_owned());
        let there = Self { endpoint: Some(endpoint), ..self.clone() };
        client!(there, aws_sdk_apigatewaymanagement)
    }
}
