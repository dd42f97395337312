import { expect, it } from 'vitest';
import { readLiveMessage } from './live-message';

it.each([
  ['{"goAway":{"timeLeft":"50s"}}', 50_000],
  ['{"go_away":{"time_left":"49.5s"}}', 49_500],
  ['{"goAway":{}}', 0],
  ['{"goAway":{"timeLeft":"soon"}}', 0],
  ['{"goAway":{"timeLeft":50}}', 0],
  ['{"goAway":null}', null],
  ['{"serverContent":{}}', null],
])('%s leaves %s ms', (json, ms) => {
  expect(readLiveMessage(json)?.goAwayMs).toBe(ms);
});

it.each([
  ['{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}', 'h'],
  ['{"session_resumption_update":{"new_handle":"h","resumable":true}}', 'h'],
  ['{"sessionResumptionUpdate":{"newHandle":"h","resumable":false}}', null],
  ['{"sessionResumptionUpdate":{"newHandle":"","resumable":true}}', null],
  ['{"sessionResumptionUpdate":{"resumable":true}}', null],
  ['{"sessionResumptionUpdate":{}}', null],
  ['{}', null],
])('%s gives the handle %s', (json, handle) => {
  expect(readLiveMessage(json)?.handle).toBe(handle);
});
