import { expect, test } from "vitest";
import { Api } from "../src/client/api.ts";
import { Refused, SessionEnded, Unreachable } from "../src/client/failure.ts";

function api(answers: (Response | Error)[]) {
  const tokens: string[] = [];
  const asked: (string | undefined)[] = [];
  const getToken = async (rejected?: string) => (asked.push(rejected), rejected === undefined ? "first" : "second");
  const fetch = async (_: unknown, init?: RequestInit) => {
    tokens.push(new Headers(init?.headers).get("authorization") ?? "");
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const rejections: true[] = [];
  return { api: new Api("http://test", getToken, fetch, () => rejections.push(true)), tokens, asked, rejections };
}

const unauthenticated = () => new Response(`{"message":"Unauthorized"}`, { status: 401 });

test("renews the token once after a 401", async () => {
  const { api: calls, tokens } = api([unauthenticated(), new Response(`{"cases":[],"totalUnread":0}`)]);
  await calls.cases("open");
  expect(tokens).toEqual(["Bearer first", "Bearer second"]);
});

test("ends the session after the second 401, and says so", async () => {
  const { api: calls, tokens, rejections } = api([unauthenticated(), unauthenticated()]);
  await expect(calls.cases("open")).rejects.toBeInstanceOf(SessionEnded);
  expect(tokens).toHaveLength(2);
  expect(rejections).toHaveLength(1);
});

test("hands on the problem and how long to wait", async () => {
  const body = JSON.stringify({ status: 429, title: "t", detail: "d", code: "too_many_requests" });
  const { api: calls } = api([new Response(body, { status: 429, headers: { "retry-after": "3" } })]);
  const error: unknown = await calls.messages("case-1").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refused);
  expect(error).toMatchObject({ code: "too_many_requests", retryAfterMs: 3000 });
});

test("no answer, and half an answer, are the same", async () => {
  const { api: calls } = api([new TypeError("failed to fetch"), new Response(`{"cas`)]);
  await expect(calls.cases("open")).rejects.toBeInstanceOf(Unreachable);
  await expect(calls.cases("open")).rejects.toBeInstanceOf(Unreachable);
});
