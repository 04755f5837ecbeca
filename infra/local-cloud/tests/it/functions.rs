//! Functions as child processes, with a real one that does as it is told.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use bytes::Bytes;
use case_chat_local_cloud::lambda::{Functions, Surroundings};
use case_chat_local_cloud::xray::Xray;
use case_chat_local_gateway::{Invoke, Invoked};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::support::{eventually, examples, stack};

const TEMPLATE: &str = "
Resources:
  Obey:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties: { Timeout: 1, Environment: { Variables: { GREETING: hello } } }
";

async fn functions(binaries: &Path) -> Arc<Functions> {
    let (xray, _) = Xray::start().await.unwrap();
    let surroundings =
        Surroundings { region: "eu-central-1".into(), aws_url: "http://127.0.0.1:7005".into(), xray };
    Arc::new(Functions::as_processes(&stack(TEMPLATE).functions, binaries, &surroundings).await.unwrap())
}

async fn order(functions: &Functions, event: Value) -> Result<Value, Value> {
    match functions.invoke("Obey", event.to_string().into()).await {
        Invoked::Returned(answer) => Ok(serde_json::from_slice(&answer).unwrap()),
        Invoked::Failed(error) => Err(serde_json::from_slice(&error).unwrap()),
        Invoked::Unavailable(why) => Err(why.into()),
    }
}

#[tokio::test]
async fn a_function_gets_the_templates_environment_and_lambdas_and_no_other() {
    let functions = functions(&examples()).await;
    let answer = order(&functions, json!({ "n": 1 })).await.unwrap();
    assert_eq!(answer["event"], json!({ "n": 1 }));
    assert_eq!(answer["arn"], "arn:aws:lambda:eu-central-1:000000000000:function:case-chat-Obey");
    assert_eq!(
        answer["environment"],
        json!({
            "GREETING": "hello",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "LOCALObey",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:7005",
            "AWS_LAMBDA_FUNCTION_NAME": "case-chat-Obey",
            "HOME": null,
        })
    );
    functions.stop().await;
}

#[tokio::test]
async fn an_idle_process_is_used_again_and_errors_do_not_end_it() {
    let functions = functions(&examples()).await;
    let first = order(&functions, json!({})).await.unwrap();
    let error = order(&functions, json!({ "do": "fail" })).await.unwrap_err();
    assert_eq!(error["errorMessage"], "as ordered");
    let second = order(&functions, json!({})).await.unwrap();
    assert_eq!(first["process"], second["process"]);
    functions.stop().await;
    eventually("the process's end", || async { gone(&second["process"]).then_some(()) }).await;
}

#[tokio::test]
async fn a_process_that_exits_fails_its_invocation_and_the_next_one_gets_another() {
    let functions = functions(&examples()).await;
    let error = order(&functions, json!({ "do": "exit" })).await.unwrap_err();
    assert_eq!(error["errorType"], "Runtime.ExitError");
    assert!(order(&functions, json!({})).await.is_ok());
    functions.stop().await;
}

#[tokio::test]
async fn a_process_that_hangs_is_ended_at_its_timeout() {
    let functions = functions(&examples()).await;
    let process = order(&functions, json!({})).await.unwrap()["process"].clone();
    let error = order(&functions, json!({ "do": "hang" })).await.unwrap_err();
    assert_eq!(error["errorType"], "Sandbox.Timedout");
    assert!(
        error["errorMessage"].as_str().unwrap().ends_with("Task timed out after 1.00 seconds"),
        "{error}"
    );
    eventually("the process's end", || async { gone(&process).then_some(()) }).await;
    functions.stop().await;
}

#[tokio::test]
async fn overlapping_invocations_get_processes_of_their_own_up_to_a_bound() {
    let functions = functions(&examples()).await;
    let orders = (0..20).map(|n| order(&functions, json!({ "n": n })));
    let answers = futures::future::join_all(orders).await;
    let mut processes: Vec<_> =
        answers.into_iter().map(|answer| answer.unwrap()["process"].as_u64().unwrap()).collect();
    processes.sort_unstable();
    processes.dedup();
    assert!((2..=8).contains(&processes.len()), "{processes:?}");
    functions.stop().await;
}

#[tokio::test]
async fn a_new_binary_takes_over_with_the_next_invocation() {
    let directory = TempDir::new().unwrap();
    let binary = directory.path().join("obedient-function");
    std::fs::copy(examples().join("obedient-function"), &binary).unwrap();
    let functions = functions(directory.path()).await;
    let old = order(&functions, json!({})).await.unwrap()["process"].clone();
    let unfinished = directory.path().join("unfinished");
    std::fs::copy(examples().join("obedient-function"), &unfinished).unwrap();
    std::fs::rename(&unfinished, &binary).unwrap();
    let new = order(&functions, json!({})).await.unwrap()["process"].clone();
    assert_ne!(old, new);
    eventually("the old process's end", || async { gone(&old).then_some(()) }).await;
    functions.stop().await;
}

#[tokio::test]
async fn a_missing_binary_is_said_to_be_missing() {
    let directory = TempDir::new().unwrap();
    let functions = functions(directory.path()).await;
    match functions.invoke("Obey", Bytes::from_static(b"{}")).await {
        Invoked::Unavailable(why) => assert!(why.contains("obedient-function is missing"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn another_invoke_endpoint_is_understood_whether_it_is_lambdas_or_cargo_lambdas() {
    let answer = |body: Bytes| async move {
        let event: Value = serde_json::from_slice(&body).unwrap();
        match event["do"].as_str() {
            Some("fail as lambda") => Ok(([("x-amz-function-error", "Unhandled")], r#"{"errorType":"A"}"#)),
            Some("fail as cargo lambda") => Err((StatusCode::INTERNAL_SERVER_ERROR, r#"{"errorType":"B"}"#)),
            _ => Ok(([("x-amz-executed-version", "$LATEST")], "1")),
        }
    };
    let routes = Router::new().route("/2015-03-31/functions/obedient-function/invocations", post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let functions = Functions::at_endpoint(&stack(TEMPLATE).functions, &url, false);
    assert_eq!(order(&functions, json!({})).await, Ok(json!(1)));
    assert_eq!(order(&functions, json!({ "do": "fail as lambda" })).await, Err(json!({ "errorType": "A" })));
    assert_eq!(
        order(&functions, json!({ "do": "fail as cargo lambda" })).await,
        Err(json!({ "errorType": "B" }))
    );
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    let unreachable = order(&functions, json!({})).await.unwrap_err();
    assert!(unreachable.as_str().unwrap().contains("does not answer"), "{unreachable}");
}

fn gone(process: &Value) -> bool {
    !Path::new(&format!("/proc/{process}")).exists()
}
