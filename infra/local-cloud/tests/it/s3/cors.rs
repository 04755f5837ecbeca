//! What a browser asks before it sends, and hears afterwards.

use reqwest::{Method, Response};

use super::client::{ATTACHMENTS, Cloud, QUARANTINE, deliver, now, upload};

async fn preflight(cloud: &Cloud, path: &str, origin: &str, method: &str, headers: &str) -> Response {
    reqwest::Client::new()
        .request(Method::OPTIONS, format!("{}{path}/a", cloud.base()))
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .send()
        .await
        .unwrap()
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_preflight_is_answered_for_whom_the_bucket_knows() {
    let cloud = Cloud::start().await;
    let page = "http://localhost:7000";
    let asked = "Content-Type, x-amz-checksum-sha256";
    let allowed = preflight(&cloud, QUARANTINE, page, "PUT", asked).await;
    assert_eq!(allowed.status(), 200);
    assert_eq!(header(&allowed, "access-control-allow-origin"), page);
    assert_eq!(header(&allowed, "access-control-allow-methods"), "PUT");
    assert_eq!(header(&allowed, "access-control-allow-headers"), "content-type, x-amz-checksum-sha256");
    assert_eq!(header(&allowed, "access-control-max-age"), "600");
    assert!(header(&allowed, "vary").contains("Origin"));
    let reader = preflight(&cloud, QUARANTINE, "https://app.example.org", "GET", "range").await;
    assert_eq!(reader.status(), 200);
    for (path, origin, method, headers) in [
        (QUARANTINE, "http://localhost:7001", "PUT", ""),
        (QUARANTINE, page, "DELETE", ""),
        (QUARANTINE, page, "PUT", "if-none-match"),
        (QUARANTINE, "https://example.org", "GET", ""),
        (ATTACHMENTS, page, "PUT", ""),
    ] {
        let refused = preflight(&cloud, path, origin, method, headers).await;
        assert_eq!(refused.status(), 403, "{origin} {method} {headers}");
        assert_eq!(header(&refused, "access-control-allow-origin"), "");
        assert!(refused.text().await.unwrap().contains("<Code>AccessForbidden</Code>"));
    }
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_page_that_the_bucket_knows_hears_of_refusals_too() {
    let cloud = Cloud::start().await;
    let from = async |origin: &str| {
        let mut request = cloud.presigned(&upload("LOCALUpload", "a"), now());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        deliver(request).await
    };
    for status in [200, 412] {
        let known = from("http://localhost:7000").await;
        assert_eq!(known.status, status);
        assert_eq!(known.header("access-control-allow-origin"), "http://localhost:7000");
        assert_eq!(known.header("access-control-expose-headers"), "ETag");
    }
    assert_eq!(from("http://localhost:7001").await.header("access-control-allow-origin"), "");
    cloud.running.stop().await;
}
