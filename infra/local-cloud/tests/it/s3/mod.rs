//! S3 from outside: through HTTP, signed as any client signs.

mod client;
mod copies;
mod cors;
mod keeping;
mod permissions;
mod reading;
mod sdk;
mod template;
mod uploads;
