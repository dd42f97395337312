import { expect, test } from 'vitest';
import type { RecordingView } from '../../api/recordings';
import { fileNameOf, transcriptMarkdown, transcriptText } from './transcript-text';

const words = (text: string, heard: boolean) =>
  (text.match(/\s*\S+/g) ?? []).map((word) => ({ text: word, start_ms: 0, end_ms: 1, heard }));

// Only what the transcript reads of a manifest.
const view = {
  chat_title: 'Gears: *loose*?',
  model: 'gemini-3.8-live',
  started_at: '2026-11-28T03:22:10Z',
  recording: { created_at: '2026-11-28T03:22:00Z' },
  events: [],
  turns: [
    { speaker: 'person', start_ms: 2000, text: 'tell me', words: words('tell me', true) },
    {
      speaker: 'model',
      start_ms: 65_000,
      text: 'Once upon',
      words: [...words('Once upon', true), ...words(' a time', false)],
      interrupted: true,
    },
    { speaker: 'person', start_ms: 70_000, text: '', words: [] },
  ],
  loss: {
    chunks_expected: 1,
    chunks_stored: 1,
    channels: [{ channel: 'microphone', gaps: [{ start_ms: 4000, end_ms: 6000 }] }],
  },
} as unknown as RecordingView;

test('the transcript as text', () => {
  expect(transcriptText(view)).toBe(`Gears: *loose*?
gemini-3.8-live · 2026-11-28 03:22 UTC

[0:02] You:

tell me

(0:04 Missing: 2.0 s of your voice)

[1:05] Model:

Once upon

(Interrupted, 2 words not heard)

[1:10] You:

(No words recognised)
`);
});

test('the transcript as Markdown keeps what looks like Markdown as it was said', () => {
  expect(transcriptMarkdown(view).split('\n\n').slice(0, 3)).toEqual([
    '# Gears: \\*loose\\*?\ngemini-3.8-live · 2026-11-28 03:22 UTC',
    '**You** · 0:02',
    'tell me',
  ]);
});

test.each([
  ['Gears: *loose*?', 'Gears loose 2026-11-28.md'],
  ['../..', 'Live session 2026-11-28.md'],
  ['图片', '图片 2026-11-28.md'],
  [`${'a'.repeat(59)}😀b`, `${'a'.repeat(59)}😀 2026-11-28.md`],
  ['gears\u202Edm.exe', 'gears dm exe 2026-11-28.md'],
])('the file of "%s" is named "%s"', (chat_title, name) => {
  expect(fileNameOf({ ...view, chat_title }, 'md')).toBe(name);
});

test('a recording with a name of its own has it as its title', () => {
  const recording = { ...view.recording, title: 'The loose gear' };
  expect(transcriptText({ ...view, recording }).split('\n')[0]).toBe('The loose gear');
});

test.each([
  ['1. Oil it.', '1\\. Oil it.'],
  ['- no', '\\- no'],
  ['+ 12) a', '\\+ 12) a'],
  ['a ~~b~~ &lt;', 'a \\~\\~b\\~\\~ \\&lt;'],
  ['It took 2. Then 3 - 1.', 'It took 2. Then 3 - 1.'],
])('"%s" is no Markdown: "%s"', (said, written) => {
  const turns = [{ ...view.turns[0], text: said, words: words(said, true) }];
  const lines = transcriptMarkdown({ ...view, turns } as RecordingView).split('\n');
  expect(lines).toContain(written);
});

test('bookmarks and marks are lines of it, in their place', () => {
  const bookmark = (at_ms: number, note: string) => ({
    kind: 'bookmark' as const,
    atMs: at_ms,
    bookmark: { id: String(at_ms), at_ms, note, created_at: '' },
  });
  const places = [bookmark(3000, 'two\nlines *here*'), { kind: 'mark' as const, atMs: 66_000 }];
  const lines = transcriptText(view, [...places, bookmark(99_000, '')]).split('\n\n');
  expect(lines[3]).toBe('(0:03 Bookmark: two lines *here*)');
  expect(lines[lines.indexOf('[1:10] You:') - 1]).toBe('(1:06 Marked)');
  expect(lines.at(-1)).toBe('(1:39 Bookmark)\n');
  expect(transcriptMarkdown(view, places)).toContain('_0:03 Bookmark: two lines \\*here\\*_');
});
