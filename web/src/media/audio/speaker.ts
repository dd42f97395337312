/** Chooses the loudspeaker on which a context plays. Only some browsers let a page do that (AudioContext.setSinkId). */

type Sink = { readonly setSinkId: (deviceId: string) => Promise<void> };
const sinkOf = (context: object): Sink | null =>
  'setSinkId' in context ? (context as Sink) : null;

export const canChooseSpeaker = (): boolean =>
  typeof AudioContext !== 'undefined' && sinkOf(AudioContext.prototype) !== null;

/**
 * Plays on a loudspeaker. When it is absent or goes away, plays on the system's own and calls `lost` once. Returns a
 * function that ends the watch.
 */
export function playOn(
  context: AudioContext,
  deviceId: string,
  media: MediaDevices,
  lost: () => void,
): () => void {
  const sink = sinkOf(context);
  if (!sink) return () => {};
  let watching = true;
  const stop = () => {
    watching = false;
    media.removeEventListener('devicechange', look);
  };
  const fallBack = async () => {
    if (!watching) return;
    stop();
    await sink.setSinkId('').catch(() => {}); // if it was never set, the system's is in use already
    lost();
  };
  const look = async () => {
    const devices = await media.enumerateDevices().catch(() => null);
    const there = devices?.some((one) => one.kind === 'audiooutput' && one.deviceId === deviceId);
    if (devices && !there) await fallBack();
  };
  media.addEventListener('devicechange', look);
  sink.setSinkId(deviceId).catch(fallBack);
  return stop;
}

/** Two soft notes; the second one is higher. */
const kNotesHz = [523, 784] as const;
const kNoteSeconds = 0.25;
const kVolume = 0.2;

/** Plays a sound on a loudspeaker (empty: the system's); resolves when it is over. Rejects when it cannot be used. */
export async function playTestSound(deviceId: string): Promise<void> {
  const context = new AudioContext();
  try {
    if (deviceId !== '') await sinkOf(context)?.setSinkId(deviceId);
    await context.resume();
    kNotesHz.forEach((hz, index) => {
      const begin = context.currentTime + index * kNoteSeconds;
      const note = new OscillatorNode(context, { frequency: hz });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, begin);
      gain.gain.linearRampToValueAtTime(kVolume, begin + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, begin + kNoteSeconds);
      note.connect(gain).connect(context.destination);
      note.start(begin);
      note.stop(begin + kNoteSeconds);
    });
    await new Promise((over) => setTimeout(over, kNotesHz.length * kNoteSeconds * 1000 + 100));
  } finally {
    await context.close().catch(() => {});
  }
}
