use aws_sdk_s3::types::{Tag, Tagging};
use case_chat_aws::Settings;
use serde_json::{Value, json};

/// Credentials at the emulated services: the account's own, or a function's.
pub struct Account {
    http: reqwest::Client,
    endpoint: String,
    access_key_id: String,
}

/// A request that a function made.
#[derive(Debug)]
pub struct FunctionRequest {
    /// Such as `Query`.
    pub operation: String,
    /// The table, by name.
    pub table: String,
    /// Consumed units, read or write.
    pub units: f64,
    /// How many items it gave.
    pub items: u64,
}

/// As many as DynamoDB takes in one request.
const STATEMENTS_AT_ONCE: usize = 25;

fn insert(case_id: &str, seq: u64, record: &str) -> Value {
    json!({
        "Statement": "INSERT INTO \"case-chat-Threads\" VALUE {'caseId': ?, 'seq': ?, 'record': ?}",
        "Parameters": [{ "S": case_id }, { "N": seq.to_string() }, { "S": record }],
    })
}

impl Account {
    pub(crate) fn new(http: reqwest::Client, endpoint: String, access_key_id: String) -> Self {
        Self { http, endpoint, access_key_id }
    }

    /// One call in AWS's JSON protocol; gives the answer or the error, as it is.
    pub async fn call(&self, target: &str, body: Value) -> Value {
        let scope = format!("Credential={}/20260101/eu-central-1/aws/aws4_request", self.access_key_id);
        let response = self
            .http
            .post(&self.endpoint)
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"))
            .body(body.to_string())
            .send()
            .await
            .expect("an answer");
        response.json().await.expect("JSON")
    }

    /// Puts a record into a thread by hand, as no function would: only the credentials of those that append may.
    pub async fn insert_into_thread(&self, case_id: &str, seq: u64, record: &str) -> Value {
        self.call("DynamoDB_20120810.ExecuteStatement", insert(case_id, seq, record)).await
    }

    /// The same for many records of one thread, in order: those that stand first in the thread's stream come first.
    pub async fn insert_all_into_thread<'a>(
        &self,
        case_id: &str,
        records: impl IntoIterator<Item = (u64, &'a str)>,
    ) {
        let statements: Vec<Value> =
            records.into_iter().map(|(seq, record)| insert(case_id, seq, record)).collect();
        for batch in statements.chunks(STATEMENTS_AT_ONCE) {
            let done =
                self.call("DynamoDB_20120810.BatchExecuteStatement", json!({ "Statements": batch })).await;
            let errors =
                done["Responses"].as_array().expect("responses").iter().filter(|one| !one["Error"].is_null());
            assert_eq!(errors.count(), 0, "{done}");
        }
    }

    /// The bodies of the messages that wait in a queue of the template, by the end of its name.
    pub async fn waiting_in(&self, queue: &str) -> Vec<Value> {
        let list = self.call("AmazonSQS.ListQueues", json!({})).await;
        let urls = list["QueueUrls"].as_array().expect("queues");
        let url = urls.iter().filter_map(Value::as_str).find(|url| url.ends_with(queue)).expect("the queue");
        let receive = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0 });
        let received = self.call("AmazonSQS.ReceiveMessage", receive).await;
        let messages = received["Messages"].as_array().cloned().unwrap_or_default();
        messages.iter().filter_map(|message| serde_json::from_str(message["Body"].as_str()?).ok()).collect()
    }

    /// The number of the newest request in the services' log.
    pub async fn newest_request(&self) -> u64 {
        self.requests(0).await.last().and_then(|request| request["n"].as_u64()).unwrap_or_default()
    }

    /// What one function asked of one table since then.
    pub async fn requests_of(&self, function: &str, table: &str, since: u64) -> Vec<FunctionRequest> {
        let requests = self.requests(since).await;
        let of_function = requests.into_iter().filter(|request| request["function"] == function);
        of_function
            .filter(|request| {
                request["table"].as_str().is_some_and(|name| name.to_lowercase().ends_with(table))
            })
            .map(|request| FunctionRequest {
                operation: request["operation"].as_str().unwrap_or_default().to_owned(),
                table: request["table"].as_str().unwrap_or_default().to_owned(),
                units: request["capacityUnits"].as_f64().unwrap_or_default(),
                items: request["items"].as_u64().unwrap_or_default(),
            })
            .collect()
    }

    /// Tags a file in quarantine, as the scanner does.
    pub async fn tag_in_quarantine(&self, key: &str, name: &str, value: &str) {
        let tag = Tag::builder().key(name).value(value).build().expect("a tag");
        let tagging = Tagging::builder().tag_set(tag).build().expect("tags");
        let s3 = self.settings().s3();
        let tagged = s3.put_object_tagging().bucket("case-chat-quarantine").key(key).tagging(tagging).send();
        tagged.await.expect("the account may tag");
    }

    /// S3 with these credentials.
    #[must_use]
    pub fn s3(&self) -> aws_sdk_s3::Client {
        (*self.settings().s3()).clone()
    }

    /// Reads a sent file from its bucket, as no function would; the error is S3's own message.
    pub async fn read_file(&self, key: &str) -> Result<(), String> {
        let s3 = self.settings().s3();
        let read = s3.get_object().bucket("case-chat-attachments").key(key).send().await;
        read.map(drop).map_err(|error| format!("{error:?}"))
    }

    fn settings(&self) -> Settings {
        let settings = Settings::from_lookup(|variable| match variable {
            "AWS_REGION" => Some("eu-central-1".to_owned()),
            "AWS_ACCESS_KEY_ID" => Some(self.access_key_id.clone()),
            "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
            // A function's credentials are a session's.
            "AWS_SESSION_TOKEN" if self.access_key_id != "local" => Some("local".to_owned()),
            "AWS_ENDPOINT_URL" => Some(self.endpoint.clone()),
            _ => None,
        });
        settings.expect("settings")
    }

    /// How many bytes of files one function read since then.
    pub async fn bytes_read_by(&self, function: &str, since: u64) -> u64 {
        let requests = self.requests(since).await;
        let reads = requests
            .iter()
            .filter(|request| request["function"] == function && request["operation"] == "GetObject");
        reads.filter_map(|request| request["bytes"].as_u64()).sum()
    }

    async fn requests(&self, since: u64) -> Vec<Value> {
        let url = format!("{}/_local/requests?since={since}", self.endpoint);
        self.http.get(url).send().await.expect("an answer").json().await.expect("a list")
    }
}
