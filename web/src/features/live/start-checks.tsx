import { Check, Circle } from 'lucide-react';
import type { About } from '../../api/about';
import type { DeviceSnapshot } from './device-check';

/** What a session with a camera of 1280 × 720 stores in a minute: film 19 MB, sound 5 MB, pictures 3 MB. */
const kBytesPerHour = 27e6 * 60;

type StartCheck = { readonly name: string; readonly words: string; readonly passed: boolean };

/** The state of each requirement. Pure. */
export function startChecks(
  devices: DeviceSnapshot,
  heard: boolean,
  about: About | undefined,
): StartCheck[] {
  const { microphone, camera } = devices;
  return [
    {
      name: 'Microphone',
      words: microphone.state === 'off' ? 'off' : heard ? 'hears you' : 'not heard',
      passed: heard,
    },
    {
      name: 'Camera',
      words:
        camera.state === 'open'
          ? `${camera.width} × ${camera.height}`
          : camera.state === 'off'
            ? 'off'
            : 'not open',
      passed: camera.state === 'open',
    },
    { name: 'Server', words: about ? 'answers' : 'does not answer', passed: about !== undefined },
    {
      name: 'Room',
      words: about ? roomWords(about.storage.free_bytes) : 'not known',
      passed: about?.can_record ?? false,
    },
  ];
}

/** `freeBytes` null: the recordings lie in a bucket, which does not fill up. */
function roomWords(freeBytes: number | null): string {
  if (freeBytes === null) return 'in a bucket';
  const hours = Math.floor(freeBytes / kBytesPerHour);
  if (hours === 0) return 'for less than an hour';
  return hours === 1 ? 'for 1 hour' : `for ${hours} hours`;
}

export const StartChecks = ({ checks }: { readonly checks: readonly StartCheck[] }) => (
  <ul className="start__checks" aria-label="Checks">
    {checks.map(({ name, words, passed }) => (
      <li key={name}>
        {passed ? <Check aria-hidden /> : <Circle aria-hidden />}
        <span>
          <b>{name}</b> {words}
        </span>
      </li>
    ))}
  </ul>
);
