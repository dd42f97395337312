import type { Waveform } from '../api/recordings';
import { type Envelope, envelopeOf, gainFor, levelsOf } from './envelope';

export type SeamTurn = {
  readonly speaker: 'person' | 'model';
  readonly startMs: number;
  readonly endMs: number;
  /** Where the sound stopped because the person interrupted. */
  readonly cutMs: number | null;
  /** When the person began to talk over the model. */
  readonly overlapFromMs: number | null;
};
export type SeamGap = {
  readonly lane: 'person' | 'model';
  readonly startMs: number;
  readonly endMs: number;
};
export type SeamGhost = {
  readonly startMs: number;
  readonly endMs: number;
  readonly envelope: Envelope;
};
/** What a seam is drawn from. */
export type SeamData = {
  readonly lengthMs: number;
  readonly person: Envelope;
  readonly model: Envelope;
  readonly ghosts: readonly SeamGhost[];
  readonly turns: readonly SeamTurn[];
  readonly gaps: readonly SeamGap[];
};

/** Each value of the waveform is this long. */
const kValueMs = 10;

export function seamData(
  waveform: Waveform,
  lengthMs: number,
  turns: readonly SeamTurn[],
  gaps: readonly SeamGap[],
): SeamData {
  const person = levelsOf(waveform.person);
  const model = levelsOf(waveform.model);
  const modelGain = gainFor(model);
  return {
    lengthMs,
    person: envelopeOf(person, gainFor(person)),
    model: envelopeOf(model, modelGain),
    ghosts: waveform.ghosts.map((ghost) => {
      // Drawn up to the model's next turn, since the rest is known only as a number of words.
      const next = turns.find((turn) => turn.speaker === 'model' && turn.startMs > ghost.start_ms);
      const endMs = Math.min(ghost.end_ms, next?.startMs ?? lengthMs);
      const shown = Math.max(0, Math.round((endMs - ghost.start_ms) / kValueMs));
      const levels = levelsOf(ghost.peaks).subarray(0, shown);
      return { startMs: ghost.start_ms, endMs, envelope: envelopeOf(levels, modelGain) };
    }),
    turns,
    gaps,
  };
}
