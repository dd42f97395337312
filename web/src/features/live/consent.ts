import type { About } from '../../api/about';
import { sha256Hex } from '../../media/live/sha256';
import type { ConsentRecord } from '../../media/live-session';
import { readSetting, writeSetting } from '../../ui/settings';

/** Must change when the words of `consentText` change. People who agreed to older words are asked again. */
export const kConsentTextVersion = '2026-11';
const kConsentName = 'reprise.consent';

export type ConsentPoint = { readonly title: string; readonly text: string };

/** What a person agrees to before the first recording. The words depend on who hears them. */
export function consentText(
  about: Pick<About, 'answers' | 'model'>,
  place: string,
  /** Who can see what is recorded; null: nothing can be shared here. */
  audience: string | null = null,
  /** How long it is kept, as the end of a sentence. */
  kept = 'until you delete it',
): ConsentPoint[] {
  return [
    {
      title: 'You talk to an AI',
      text: 'No person is at the other end. It can be wrong, also when it sounds sure.',
    },
    {
      title: 'What is recorded',
      text: 'Your microphone, your camera, the model’s voice, and every message between this browser and the model, with their times.',
    },
    {
      title: 'Where it is kept',
      text: `On ${place}, ${kept}. What is not sent yet waits in this browser.`,
    },
    {
      title: 'Who hears it',
      text:
        about.answers === 'google'
          ? `Google. Your voice and pictures go from this browser straight to ${about.model}.`
          : 'The emulator on this machine. Nothing leaves it.',
    },
    ...(audience === null ? [] : [{ title: 'Who can see it', text: audience }]),
  ];
}

const plainText = (points: readonly ConsentPoint[]) =>
  points.map(({ title, text }) => `${title}\n${text}`).join('\n\n');

/** The record for `/session`: exactly these words, agreed to with a button, at this moment. */
export function giveConsent(points: readonly ConsentPoint[], nowMs: number): ConsentRecord {
  return {
    textVersion: kConsentTextVersion,
    textSha256: sha256Hex(plainText(points)),
    locale: 'en',
    givenUs: Math.round(nowMs * 1000),
    method: 'button',
    channels: ['microphone', 'camera', 'model', 'messages'],
  };
}

export const rememberConsent = (consent: ConsentRecord): void =>
  writeSetting(kConsentName, JSON.stringify(consent));

/** The consent that this browser remembers for exactly these words; null when the person must be asked. */
export function rememberedConsent(points: readonly ConsentPoint[]): ConsentRecord | null {
  const stored = parseConsent(readSetting(kConsentName));
  if (!stored || stored.textVersion !== kConsentTextVersion) return null;
  return stored.textSha256 === sha256Hex(plainText(points)) ? stored : null;
}

function parseConsent(text: string | null): ConsentRecord | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    const known =
      typeof value === 'object' &&
      value !== null &&
      'textVersion' in value &&
      typeof value.textVersion === 'string' &&
      'textSha256' in value &&
      typeof value.textSha256 === 'string' &&
      'givenUs' in value &&
      typeof value.givenUs === 'number';
    if (!known) return null;
    return {
      textVersion: String(value.textVersion),
      textSha256: String(value.textSha256),
      locale: 'en',
      givenUs: Number(value.givenUs),
      method: 'button',
      channels: ['microphone', 'camera', 'model', 'messages'],
    };
  } catch {
    return null;
  }
}
