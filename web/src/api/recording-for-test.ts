import type { Recording } from './recordings';

/** A complete recording of one second, with the given fields changed. */
export const recordingForTest = (given: Partial<Recording>): Recording => ({
  id: 'r',
  chat_id: 'c',
  live_session_id: 's',
  state: 'complete',
  reason: 'hangup',
  created_at: new Date(2026, 10, 21).toISOString(),
  duration_ms: 1000,
  first_words: 'Tea',
  stored_bytes: 1_000_000,
  chunks_stored: 1,
  last_seq: 0,
  missing_seqs: [],
  title: null,
  chat_title: 'Kitchen',
  model: 'gemini-live',
  quiet: false,
  seam: '',
  has_thumbnail: false,
  missing_ms: { microphone: 0, model: 0, camera: 0, messages: 0 },
  left_out: false,
  refolding: false,
  device_started_at: null,
  ...given,
});
