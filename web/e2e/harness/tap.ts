import type { BrowserContext, Page } from '@playwright/test';

/**
 * A worklet that keeps all sound that flows into it. The site must serve it under this name: Playwright's routes do not
 * see the requests of worklets, and the page's policy allows only scripts of its own origin.
 */
export const TAP_WORKLET_NAME = 'e2e-tap.js';
export const TAP_WORKLET = `
registerProcessor('e2e-tap', class extends AudioWorkletProcessor {
  constructor() { super(); this.blocks = []; }
  process([input]) {
    this.blocks.push({ frame: currentFrame, data: input[0] ? input[0].slice() : new Float32Array(128) });
    if (this.blocks.length === 50) { this.port.postMessage(this.blocks); this.blocks = []; }
    return true;
  }
});`;

type Block = { frame: number; data: Float32Array };

/** Runs before any script of the page: connects a tap to every worklet that is connected to the loudspeaker. */
const TAP_SCRIPT = (worklet: string | null) => {
  const blocks: Block[] = [];
  Object.assign(globalThis, { e2eTap: blocks });
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => unknown;
  const tapByWorklet = async (node: AudioNode, name: string) => {
    await node.context.audioWorklet.addModule(`/${name}`);
    const tap = new AudioWorkletNode(node.context, 'e2e-tap', { numberOfOutputs: 0 });
    tap.port.onmessage = (event) => blocks.push(...event.data);
    connect.call(node, tap);
  };
  const tapByStream = async (node: AudioNode) => {
    const destination = (node.context as AudioContext).createMediaStreamDestination();
    connect.call(node, destination);
    const [track] = destination.stream.getAudioTracks();
    if (!track) throw new Error('the tap has no track');
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 60_000 });
    const reader: ReadableStreamDefaultReader<AudioData> = readable.getReader();
    let frame = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const data = new Float32Array(next.value.numberOfFrames);
      next.value.copyTo(data, { planeIndex: 0, format: 'f32-planar' });
      next.value.close();
      blocks.push({ frame, data });
      frame += data.length;
    }
  };
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode && this instanceof AudioWorkletNode) {
      if (worklet === null) void tapByStream(this);
      else void tapByWorklet(this, worklet);
    }
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
};

/**
 * `stream`: through a MediaStream, which needs no file. `worklet`: the site must serve TAP_WORKLET, which keeps the
 * frame numbers.
 */
export async function installTap(
  context: BrowserContext,
  kind: 'stream' | 'worklet' = 'stream',
): Promise<void> {
  await context.addInitScript(TAP_SCRIPT, kind === 'worklet' ? TAP_WORKLET_NAME : null);
}

/** Everything that was rendered, as one signal. A jump of the frame counter becomes zeros. */
export async function tapped(page: Page): Promise<Float32Array> {
  const parts = await page.evaluate(() => {
    const blocks = (globalThis as unknown as { e2eTap: Block[] }).e2eTap;
    return blocks.map((block) => ({ frame: block.frame, data: Array.from(block.data) }));
  });
  const first = parts[0]?.frame ?? 0;
  const last = parts.at(-1)?.frame ?? 0;
  const signal = new Float32Array(last - first + (parts.at(-1)?.data.length ?? 0));
  for (const part of parts) signal.set(part.data, part.frame - first);
  return signal;
}
