import type { components } from './schema';

type RecordingView = components['schemas']['RecordingView'];

/** `null`: no answer with a manifest; the next request will show the reason. */
type Early = { readonly recordingId: string; readonly view: Promise<RecordingView | null> };

let early: Early | null = null;

/**
 * Requests the manifest of a recording before the app is loaded. Needs only `fetch`, so that the first script of the
 * page stays small.
 */
export function askEarlyView(recordingId: string): Promise<RecordingView | null> {
  const view = fetch(`/api/recordings/${recordingId}`)
    .then(async (answer) => (answer.ok ? ((await answer.json()) as RecordingView) : null))
    // Something else may have answered instead of our server. Then it is requested again, and that answer is judged.
    .then((view) => (view?.recording?.id === recordingId ? view : null))
    .catch(() => null);
  early = { recordingId, view };
  return view;
}

/** The manifest that was requested early, once; null when there is none. */
export async function takeEarlyView(recordingId: string): Promise<RecordingView | null> {
  if (early?.recordingId !== recordingId) return null;
  const { view } = early;
  early = null;
  return view;
}
