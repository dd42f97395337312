import type { BrowserContext, Page } from '@playwright/test';

/** A worklet that keeps all that flows into it. Served from our own origin, so that the page's policy stays in force. */
export const TAP_WORKLET = `
registerProcessor('e2e-tap', class extends AudioWorkletProcessor {
  constructor() { super(); this.blocks = []; }
  process([input]) {
    this.blocks.push({ frame: currentFrame, data: input[0] ? input[0].slice() : new Float32Array(128) });
    if (this.blocks.length === 50) { this.port.postMessage(this.blocks); this.blocks = []; }
    return true;
  }
});`;

/** Before any page script: whatever is connected to the loudspeaker is also connected to the tap. */
const TAP_SCRIPT = () => {
  const blocks: { frame: number; data: Float32Array }[] = [];
  Object.assign(globalThis, { e2eTap: blocks });
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => unknown;
  const ready = new WeakMap<BaseAudioContext, Promise<void>>();
  const construct = AudioContext;
  class TappedContext extends construct {
    constructor(options?: AudioContextOptions) {
      super(options);
      ready.set(this, this.audioWorklet.addModule('/e2e-tap.js'));
    }
  }
  Object.assign(globalThis, { AudioContext: TappedContext });
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode && this instanceof AudioWorkletNode) {
      void ready.get(this.context)?.then(() => {
        const tap = new AudioWorkletNode(this.context, 'e2e-tap', { numberOfOutputs: 0 });
        tap.port.onmessage = (event) => blocks.push(...event.data);
        connect.call(this, tap);
      });
    }
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
};

export async function installTap(context: BrowserContext): Promise<void> {
  await context.route('**/e2e-tap.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: TAP_WORKLET }),
  );
  await context.addInitScript(TAP_SCRIPT);
}

/** All that was rendered, as one signal; a jump of the frame counter is kept as zeros. */
export async function tapped(page: Page): Promise<Float32Array> {
  const parts = await page.evaluate(() => {
    const blocks = (globalThis as unknown as { e2eTap: { frame: number; data: Float32Array }[] })
      .e2eTap;
    return blocks.map((block) => ({ frame: block.frame, data: Array.from(block.data) }));
  });
  const first = parts[0]?.frame ?? 0;
  const last = parts.at(-1)?.frame ?? 0;
  const signal = new Float32Array(last - first + 128);
  for (const part of parts) signal.set(part.data, part.frame - first);
  return signal;
}
