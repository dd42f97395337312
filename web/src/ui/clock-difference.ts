/** A smaller difference may be only the time between the creation of a recording and its first sound. */
const kTellFromMs = 60_000;

const kUnits = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const;

const amount = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;

/** For example "2 hours 59 minutes": the two largest units, rounded to the smaller one. */
const words = (ms: number): string => {
  const large = kUnits.findIndex((unit) => ms >= unit.ms);
  const [first, second] = [kUnits[large], kUnits[large + 1]];
  if (!first) return 'less than a minute';
  if (!second) return amount(Math.round(ms / first.ms), first.name);
  const rounded = Math.round(ms / second.ms) * second.ms;
  const rest = (rounded % first.ms) / second.ms;
  const whole = amount(Math.floor(rounded / first.ms), first.name);
  return rest === 0 ? whole : `${whole} ${amount(rest, second.name)}`;
};

/** How wrong the recording device's clock was, compared with the server's; null when it was right or is not known. */
export function clockDifference(startedAt: string, deviceStartedAt: string | null): string | null {
  if (deviceStartedAt === null) return null;
  const ms = Date.parse(deviceStartedAt) - Date.parse(startedAt);
  if (!(Math.abs(ms) > kTellFromMs)) return null;
  return `Device clock ${words(Math.abs(ms))} ${ms > 0 ? 'ahead' : 'behind'}`;
}
