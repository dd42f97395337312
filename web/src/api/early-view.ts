import type { components } from './schema';

type RecordingView = components['schemas']['RecordingView'];

/** `null`: no answer with a manifest; whoever asks again hears why. */
type Early = { readonly recordingId: string; readonly view: Promise<RecordingView | null> };

let early: Early | null = null;

/**
 * Asks for the manifest of a recording before the app is loaded. Needs nothing but `fetch`, so that the first script of the
 * page stays small.
 */
export function askEarly(recordingId: string): Promise<RecordingView | null> {
  const view = fetch(`/api/recordings/${recordingId}`)
    .then(async (answer) => (answer.ok ? ((await answer.json()) as RecordingView) : null))
    // Something else may answer in the place of our server: then it is asked again, and the answer judged.
    .then((view) => (view?.recording?.id === recordingId ? view : null))
    .catch(() => null);
  early = { recordingId, view };
  return view;
}

/** What was asked for early, once; null when there is nothing of it. */
export async function takeEarly(recordingId: string): Promise<RecordingView | null> {
  if (early?.recordingId !== recordingId) return null;
  const { view } = early;
  early = null;
  return view;
}
