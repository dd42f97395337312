import { expect, test } from 'vitest';
import type { Share } from '../api/shares';
import { audience, audienceSentence, receiver, shareFacts } from './share-words';

const now = new Date('2026-11-29T12:00:00Z');
const share = (more: Partial<Share> = {}): Share => ({
  id: '0194a000-0000-7000-8000-00000000000a',
  kind: 'user',
  email: 'bert@example.test',
  needs_login: false,
  may_download: false,
  start_ms: null,
  created_at: '2026-11-28T12:00:00Z',
  expires_at: null,
  opened: 0,
  last_opened_at: null,
  recording_id: 'r',
  chat_id: null,
  ...more,
});
const link = (more: Partial<Share> = {}) => share({ kind: 'link', email: null, ...more });
const over = { expires_at: '2026-11-29T11:59:59Z' };

test('who can see it', () => {
  expect(audience([], now)).toBe('Only you');
  expect(audience([share()], now)).toBe('You and 1 person');
  expect(audience([share(), share()], now)).toBe('You and 2 people');
  expect(audience([link()], now)).toBe('Anyone with the link');
  expect(audience([link(), share()], now)).toBe('Anyone with the link, 1 person');
  expect(audience([link(over), share(over)], now)).toBe('Only you');
});

test('for whom a share is, and what it lets them do', () => {
  expect(receiver(share())).toBe('bert@example.test');
  expect(receiver(link())).toBe('Anyone with the link');
  expect(receiver(link({ needs_login: true }))).toBe('Anyone with the link who logs in here');
  expect(shareFacts(share(), 'recording', now)).toBe('to watch only · not opened yet');
  expect(
    shareFacts(link({ start_ms: 95_000, may_download: true, ...over }), 'recording', now),
  ).toBe('begins at 1:35 · may download · expired on 29 November 2026 · not opened yet');
  const ofChat = share({ chat_id: 'c', recording_id: null });
  expect(shareFacts(ofChat, 'recording', now)).toMatch(/^by its chat · /);
  expect(shareFacts(ofChat, 'chat', now)).toMatch(/^to watch only/);
  const opened = { opened: 3, last_opened_at: '2026-11-29T11:00:00Z' };
  expect(shareFacts(share(opened), 'recording', now)).toMatch(/opened 3 times, last /);
  expect(shareFacts(share({ ...opened, opened: 1 }), 'recording', now)).toMatch(/opened once, /);
});

test('the sheet before the first recording names everybody once', () => {
  expect(audienceSentence([], now)).toBe('Only you, until you share it.');
  expect(audienceSentence([share(), share(), link(), link(over)], now)).toBe(
    'You, and those with whom this chat is shared: Anyone with the link, bert@example.test.',
  );
});
