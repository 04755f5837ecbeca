/**
 * How many pixels a picture claims to have, read from its head before anything decodes it. Strict: what is not plainly a
 * PNG or a JPEG is of no size here, though a lenient decoder might make something of it.
 */

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Frames of every kind, but for the markers among them that are none. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

export interface PictureSize {
  width: number;
  height: number;
}

export function pictureSize(head: Uint8Array): PictureSize | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    if (PNG.every((byte, at) => head[at] === byte)) return { width: view.getUint32(16), height: view.getUint32(20) };
    return view.getUint16(0) === 0xffd8 ? jpegSize(view) : null;
  } catch {
    // It ends before it says.
    return null;
  }
}

/** From segment to segment, each as long as it says, to the first frame. */
function jpegSize(view: DataView): PictureSize | null {
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    // A marker may have any number of these before it.
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    if (isFrame(marker)) return { height: view.getUint16(at + 3), width: view.getUint16(at + 5) };
    // Data without a length, or the picture itself without a frame before it.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return null;
    at += view.getUint16(at);
  }
}
