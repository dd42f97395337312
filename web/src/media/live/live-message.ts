/** The parts of a Live server message on which the client acts. A member of the wrong type counts as absent. Pure. */

export type AudioPart = {
  readonly kind: 'audio';
  readonly mimeType: string;
  readonly data: string;
};
export type OtherPart =
  | { readonly kind: 'other-media' }
  | { readonly kind: 'text'; readonly text: string };
export type ModelPart = AudioPart | OtherPart;

export type LiveMessage = {
  readonly setupComplete: boolean;
  readonly interrupted: boolean;
  readonly generationComplete: boolean;
  readonly turnComplete: boolean;
  /** How long the server keeps this socket open; null: the message does not say it. */
  readonly goAwayMs: number | null;
  /** A new handle with which the session can be resumed; null: the message has none. */
  readonly handle: string | null;
  /** The `turnCompleteReason`; empty when it is absent. */
  readonly reason: string;
  /** Comes with `turnComplete`: the model is still working and will say more (`IN_PROGRESS`). */
  readonly goesOn: boolean;
  readonly inputText: string;
  /** The API says that the person's utterance ends with `inputText`. */
  readonly inputFinished: boolean;
  readonly outputText: string;
  /**
   * In the order of the text. `inlineData` parts are `audio` or `other-media`. Parts that are marked as thoughts are
   * left out.
   */
  readonly parts: readonly ModelPart[];
};

type Fields = { readonly [key: string]: unknown };
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Google answers in camelCase; the other spelling is accepted, too, as by Google's own parser. */
const pick = (from: Fields, camel: string, snake: string): unknown => from[camel] ?? from[snake];

const readPart = (value: unknown): ModelPart[] => {
  const part = fields(value);
  const inline = pick(part, 'inlineData', 'inline_data');
  if (inline !== undefined) {
    const blob = fields(inline);
    const mimeType = text(pick(blob, 'mimeType', 'mime_type'));
    if (!mimeType.startsWith('audio/')) return [{ kind: 'other-media' }];
    return [{ kind: 'audio', mimeType, data: text(blob.data) }];
  }
  if (part.thought === true || typeof part.text !== 'string') return [];
  return [{ kind: 'text', text: part.text }];
};

/** Reads a protobuf duration in JSON (`"49.5s"`). When there is none, the socket may close at any moment. */
const goAwayOf = (value: unknown): number | null => {
  if (typeof value !== 'object' || value === null) return null;
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(
    text(pick(fields(value), 'timeLeft', 'time_left')),
  )?.[1];
  return seconds === undefined ? 0 : Number(seconds) * 1000;
};

const handleOf = (value: unknown): string | null => {
  const update = fields(value);
  const handle = text(pick(update, 'newHandle', 'new_handle'));
  return update.resumable === true && handle !== '' ? handle : null;
};

/** Null when the text is not a JSON object. */
export const readLiveMessage = (json: string): LiveMessage | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const message = fields(parsed);
  const content = fields(pick(message, 'serverContent', 'server_content'));
  const parts = fields(pick(content, 'modelTurn', 'model_turn')).parts;
  const input = fields(pick(content, 'inputTranscription', 'input_transcription'));
  // Documented in both places.
  const status = [content, message].map((at) =>
    pick(at, 'interactionStatus', 'interaction_status'),
  );
  return {
    setupComplete: Boolean(pick(message, 'setupComplete', 'setup_complete')),
    interrupted: content.interrupted === true,
    generationComplete: pick(content, 'generationComplete', 'generation_complete') === true,
    turnComplete: pick(content, 'turnComplete', 'turn_complete') === true,
    goAwayMs: goAwayOf(pick(message, 'goAway', 'go_away')),
    handle: handleOf(pick(message, 'sessionResumptionUpdate', 'session_resumption_update')),
    reason: text(pick(content, 'turnCompleteReason', 'turn_complete_reason')),
    goesOn: status.includes('IN_PROGRESS'),
    inputText: text(input.text),
    inputFinished: input.finished === true,
    outputText: text(fields(pick(content, 'outputTranscription', 'output_transcription')).text),
    parts: Array.isArray(parts) ? parts.flatMap(readPart) : [],
  };
};
