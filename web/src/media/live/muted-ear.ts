/**
 * Notices that a person speaks while their microphone is muted. It listens to a copy of the track. The sound of the
 * copy is not sent or recorded.
 */

/** The time between two looks. Each look covers the newest 43 ms (2048 samples at 48 kHz). */
const kLookMs = 100;
const kLookSamples = 2048;
/** Speech near a microphone is louder than this. A fan or a street is quieter, or it is steady. */
const kSpeechDbfs = -45;
const kOverNoiseDb = 10;
/** The noise floor follows quieter sound at once, and louder sound by this much with each look. */
const kFloorDbPerLook = 0.3;
const kFirstFloorDbfs = -60;
/** This many loud looks among the last `kWindowLooks` are speech, not a cough or a key. */
const kLoudLooks = 5;
const kWindowLooks = 10;
/** How many looks the notice stays after the last word. */
const kHoldLooks = 40;

/** Whether a person speaks, judged by levels in dBFS, one for each look. Pure. */
export class MutedSpeech {
  #floorDb = kFirstFloorDbfs;
  #loud: boolean[] = [];
  #held = 0;

  look(dbfs: number): boolean {
    const loud = dbfs > Math.max(kSpeechDbfs, this.#floorDb + kOverNoiseDb);
    this.#floorDb = Math.min(Math.max(dbfs, kFirstFloorDbfs), this.#floorDb + kFloorDbPerLook);
    this.#loud = [...this.#loud, loud].slice(-kWindowLooks);
    if (this.#loud.filter(Boolean).length >= kLoudLooks) this.#held = kHoldLooks;
    else if (this.#held > 0) this.#held -= 1;
    return this.#held > 0;
  }
}

export class MutedEar {
  readonly #context: BaseAudioContext & Pick<AudioContext, 'createMediaStreamSource'>;
  readonly #report: (speaks: boolean) => void;
  #stop = (): void => {};

  constructor(context: AudioContext, report: (speaks: boolean) => void) {
    this.#context = context;
    this.#report = report;
  }

  /** Listens to the muted microphone. Null when the microphone is not muted, or when there is no microphone. */
  listen(track: MediaStreamTrack | null): void {
    this.#stop();
    this.#stop = () => {};
    this.#report(false);
    if (!track) return;
    const copy = track.clone();
    copy.enabled = true;
    const source = this.#context.createMediaStreamSource(new MediaStream([copy]));
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = kLookSamples;
    source.connect(analyser);
    const samples = new Float32Array(kLookSamples);
    const speech = new MutedSpeech();
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#report(speech.look(dbfs(samples)));
    }, kLookMs);
    this.#stop = () => {
      clearInterval(timer);
      source.disconnect();
      copy.stop();
    };
  }
}

const dbfs = (samples: Float32Array): number => {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length + 1e-12);
};
