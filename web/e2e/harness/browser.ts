import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { CHROMIUM } from './paths';

export type Devices = {
  /** A WAV file that is played once from when the microphone is opened. Null: no microphone. */
  readonly microphone: string | null;
  /** A y4m file that is repeated. Null: no camera. */
  readonly camera: string | null;
  /** False: the browser refuses every device. */
  readonly allowed?: boolean;
  /** True: scripts of the test may do what the page's policy forbids. */
  readonly bypassCSP?: boolean;
  /** More arguments for the browser. */
  readonly args?: readonly string[];
};

/** The longest time for any press or wait. */
const ACTION_MS = 30_000;

/** A browser with a persistent profile (OPFS survives a crash) and fake devices. */
export async function launch(
  devices: Devices,
  profile?: string,
): Promise<{ context: BrowserContext; profile: string }> {
  const folder = profile ?? (await mkdtemp(join(tmpdir(), 'reprise-profile-')));
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--autoplay-policy=user-gesture-required',
    devices.allowed === false ? '--deny-permission-prompts' : '--use-fake-ui-for-media-stream',
  ];
  args.push(...(devices.args ?? []));
  if (devices.microphone !== null || devices.camera !== null) {
    args.push(`--use-fake-device-for-media-stream=device-count=${devices.camera === null ? 0 : 1}`);
  }
  if (devices.microphone !== null)
    args.push(`--use-file-for-fake-audio-capture=${devices.microphone}%noloop`);
  if (devices.camera !== null) args.push(`--use-file-for-fake-video-capture=${devices.camera}`);
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: CHROMIUM,
    headless: true,
    args,
    viewport: { width: 1440, height: 900 },
    bypassCSP: devices.bypassCSP === true,
  });
  context.setDefaultTimeout(ACTION_MS);
  return { context, profile: folder };
}
