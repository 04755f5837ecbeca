//! The sample events of `events/`, as the functions read them.

use std::{collections::BTreeSet, path::Path};

use aws_lambda_events::{
    apigw::ApiGatewayWebsocketProxyRequest, dynamodb::Event, eventbridge::EventBridgeEvent, sqs::SqsEvent,
};
use case_chat_aws::{READER_TAG, reader_of};
use case_chat_domain::{
    AttachmentId, CaseStatus, Declared, Draft, Note, Preferences, UnsubscribeToken, UserId,
};
use case_chat_entry::handshake::{self, Offer};
use case_chat_wire::{
    CaseFilter, ChosenPreferences, ClientFrame, ExportFormat, ExportThread, MarkRead, PageQuery, PostMessage,
    RequestUpload,
};
use lambda_http::{Request, RequestExt, request::LambdaRequest};
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository")
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(repository().join(format!("events/{name}.json"))).expect("a sample")
}

fn parsed<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&sample(name)).expect("the function's event")
}

fn request(name: &str) -> Request {
    parsed::<LambdaRequest>(name).into()
}

#[test]
fn every_function_has_a_sample() {
    let names = |folder: &str, suffix: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(repository().join(folder)).expect("a folder").flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter_map(|name| name.strip_suffix(suffix).map(str::to_owned)).collect()
    };
    assert_eq!(names("events", ".json"), names("functions", ""));
}

#[test]
fn the_samples_of_http_are_requests_that_hold() {
    let post = request("post-message");
    assert_eq!(post.path_parameters().first("caseId"), Some("mso-2026-0001"));
    let message: PostMessage = serde_json::from_slice(post.body()).expect("a message");
    assert!(Draft::try_from(message).is_ok());
    let list = request("list-messages");
    let query = list.query_string_parameters();
    assert!(PageQuery::parse(&query.iter().collect::<Vec<_>>()).is_ok());
    let mark = request("mark-read");
    assert!(serde_json::from_slice::<MarkRead>(mark.body()).is_ok());
    let upload: RequestUpload = serde_json::from_slice(request("request-upload").body()).expect("a file");
    assert!(Declared::try_from(upload).is_ok());
    let export: ExportThread = serde_json::from_slice(request("export-thread").body()).expect("a format");
    assert_eq!(export.format, ExportFormat::Transcript);
    for name in ["verify-upload", "open-attachment"] {
        let request = request(name);
        let id = request.path_parameters().first("attachmentId").map(str::parse::<AttachmentId>);
        assert!(matches!(id, Some(Ok(_))), "{name}");
    }
    let cases = request("list-cases");
    let query = cases.query_string_parameters();
    assert_eq!(CaseFilter::parse(&query.iter().collect::<Vec<_>>()), Ok(CaseFilter(CaseStatus::Open)));
}

#[test]
fn the_samples_of_the_socket_carry_a_token_and_a_connection() {
    let connect: ApiGatewayWebsocketProxyRequest = parsed("connect");
    let offer = handshake::read_offer(&connect.headers, "https://chat.example.org");
    assert!(matches!(offer, Offer::Token(token) if token.split('.').count() == 3));
    let disconnect: ApiGatewayWebsocketProxyRequest = parsed("disconnect");
    assert_eq!(handshake::connection_id(&connect), handshake::connection_id(&disconnect));
    let typing: ApiGatewayWebsocketProxyRequest = parsed("relay-typing");
    assert_eq!(handshake::connection_id(&connect), handshake::connection_id(&typing));
    let frame = serde_json::from_str(typing.body.as_deref().expect("a body"));
    assert!(matches!(frame, Ok(ClientFrame::Typing { .. })));
}

#[test]
fn the_sample_of_the_bus_is_a_whole_case() {
    let event: EventBridgeEvent<Box<RawValue>> = parsed("sync-case");
    let told =
        sync_case::read(event.detail.get(), || UnsubscribeToken::from_random([0; 16])).expect("a case");
    assert_eq!(told.snapshot.version, 1);
    assert!(told.profiles.iter().all(|profile| profile.address.is_some()));
}

#[test]
fn the_samples_of_mail_are_a_note_a_choice_a_token_and_a_bounce() {
    let notes: SqsEvent = parsed("email-offline");
    let note = notes.records[0].body.as_deref().expect("a body");
    assert!(serde_json::from_str::<Note>(note).is_ok());
    let chosen: ChosenPreferences = serde_json::from_slice(request("preferences").body()).expect("a choice");
    assert!(Preferences::try_from(chosen).is_ok());
    let stop = request("unsubscribe");
    let token = stop.query_string_parameters().first("token").map(str::parse::<UnsubscribeToken>);
    assert!(matches!(token, Some(Ok(_))));
    let bounce: EventBridgeEvent<Value> = parsed("record-bounce");
    let tag = bounce.detail["mail"]["tags"][READER_TAG][0].as_str().expect("a tag");
    assert_eq!(reader_of(tag).as_ref().map(UserId::as_str), Some("chen"));
}

#[test]
fn the_samples_of_the_stream_are_records_whose_hashes_hold() {
    for name in ["broadcast", "update-inbox"] {
        let event: Event = parsed(name);
        for record in &event.records {
            case_chat_aws::read_record(&record.change.keys, &record.change.new_image).expect("a record");
        }
    }
}
