/**
 * A picture, small, once it is in view. Its content is looked at before it is decoded: what claims more pixels than a
 * camera makes is not drawn, and the full size is not kept. Shows nothing when there is nothing to show.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { pictureSize } from "../picture-size.ts";

/** In screen pixels at a density of two. */
const EDGE = 480;
/** More than any camera makes, and 200 MB once decoded. */
const MAX_PIXELS = 50_000_000;
/** The size stands somewhere in front. */
const HEAD_BYTES = 512 * 1024;

/** Pictures that were drawn last are drawn again without being fetched: one scrolls away from them, and back. */
const MOST_KEPT = 40;
const kept = new WeakMap<object, ImageBitmap>();
const order: WeakRef<object>[] = [];

function keep(of: object, picture: ImageBitmap): void {
  kept.set(of, picture);
  order.push(new WeakRef(of));
  const oldest = order.length > MOST_KEPT ? order.shift()?.deref() : undefined;
  if (oldest !== undefined) kept.delete(oldest);
}

@customElement("small-picture")
export class SmallPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
      block-size: 9rem;
    }

    :host([hidden]) {
      display: none;
    }

    canvas {
      display: block;
      max-inline-size: 100%;
      block-size: 100%;
      border-radius: var(--radius);
      object-fit: cover;
    }
  `;

  /** Asked for once; given up where the picture is no longer there. */
  @property({ attribute: false }) content!: (signal: AbortSignal) => Promise<Blob | null>;
  /** What it is a picture of. */
  @property({ attribute: false }) of!: object;
  @property() name = "";
  @state() private picture: ImageBitmap | null = null;
  @query("canvas") private canvas!: HTMLCanvasElement | null;
  #stop = new AbortController();
  readonly #inView = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && void this.#load());

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = new AbortController();
    if (this.picture === null) this.#inView.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#inView.disconnect();
    this.#stop.abort();
  }

  protected override willUpdate(): void {
    this.picture ??= kept.get(this.of) ?? null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { picture } = this;
    if (picture === null) return nothing;
    return html`<canvas role="img" aria-label=${this.name} width=${picture.width} height=${picture.height}></canvas>`;
  }

  protected override updated(): void {
    if (this.picture !== null) this.canvas?.getContext("2d")?.drawImage(this.picture, 0, 0);
  }

  async #load(): Promise<void> {
    this.#inView.disconnect();
    if (this.picture !== null) return;
    const { signal } = this.#stop;
    try {
      const content = await this.content(signal);
      this.picture = content === null ? null : await decode(content);
      if (this.picture !== null) keep(this.of, this.picture);
    } catch {
      this.picture = null;
    }
    if (signal.aborted) return;
    this.hidden = this.picture === null;
  }
}

async function decode(content: Blob): Promise<ImageBitmap | null> {
  const head = new Uint8Array(await content.slice(0, HEAD_BYTES).arrayBuffer());
  const size = pictureSize(head);
  if (size === null || size.width * size.height > MAX_PIXELS) return null;
  const { width, height } = size;
  // One edge is enough: the other follows, whichever way up the camera was held.
  const edge = Math.min(EDGE, Math.max(width, height));
  return createImageBitmap(content, { resizeQuality: "medium", ...(width >= height ? { resizeWidth: edge } : { resizeHeight: edge }) });
}
