import { expect, test } from "vitest";
import { pictureSize } from "../src/picture-size.ts";

const frame = (width: number, height: number, marker = 0xc0) => [0xff, marker, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255];
const jpeg = (...bytes: number[]) => new Uint8Array([0xff, 0xd8, ...bytes]);

test("a PNG says its size in its head", () => {
  const head = new Uint8Array(24);
  head.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  new DataView(head.buffer).setUint32(16, 50_000);
  new DataView(head.buffer).setUint32(20, 40_000);
  expect(pictureSize(head)).toEqual({ width: 50_000, height: 40_000 });
});

test("a JPEG says it in its first frame, behind whatever else it carries", () => {
  const comment = [0xff, 0xfe, 0, 4, 1, 2];
  expect(pictureSize(jpeg(...comment, ...frame(640, 480)))).toEqual({ width: 640, height: 480 });
  expect(pictureSize(jpeg(...frame(640, 480, 0xc2)))).toEqual({ width: 640, height: 480 });
});

test("what a decoder would take for the frame is not passed over", () => {
  // Bytes that may fill the gap before a marker, and a small frame later that is none.
  const disguised = jpeg(0xff, ...frame(23_000, 23_000), 0xff, 0xfe, 0, 11, ...frame(100, 100));
  expect(pictureSize(disguised)).toEqual({ width: 23_000, height: 23_000 });
});

test("what is neither, or ends before it says, has no size", () => {
  expect(pictureSize(new Uint8Array())).toBeNull();
  expect(pictureSize(jpeg(0xff, 0xfe, 0, 4))).toBeNull();
  expect(pictureSize(jpeg(1, 2, 3, ...frame(10, 10)))).toBeNull();
  expect(pictureSize(new TextEncoder().encode("<svg width='10' height='10'/>"))).toBeNull();
});
