import type { RecordingView } from '../../api/recordings';
import { lettersOf } from '../../media/text';
import { formatDuration } from '../../ui/format';
import { namedEvents } from './named-events';
import { paragraphsOf, textOf } from './paragraphs';
import type { Place } from './places';
import { countWords, ghostWords, type Turn } from './turns';

/** The transcript for other programs: what was heard, from whom and when, and what was missing or cut off. Pure. */
type Shape = {
  readonly title: (text: string) => string;
  readonly speaker: (name: string, time: string) => string;
  readonly paragraph: (text: string) => string;
  /** Text that a person typed, within a note. */
  readonly words: (text: string) => string;
  /** A line that is not speech: an interruption, a gap, a bookmark. */
  readonly note: (text: string) => string;
};

const kPlain: Shape = {
  title: (text) => text,
  speaker: (name, time) => `[${time}] ${name}:`,
  paragraph: (text) => text,
  words: (text) => text,
  note: (text) => `(${text})`,
};
/** Escapes what has a meaning in Markdown, also what begins a list. */
const escaped = (text: string) =>
  text.replace(/([\\`*_{}[\]<>#|~&])/g, '\\$1').replace(/^(\s*)([-+=]|\d+(?=[.)]))/gm, listless);
const listless = (_: string, space: string, sign: string) =>
  /\d/.test(sign) ? `${space}${sign}\\` : `${space}\\${sign}`;
const kMarkdown: Shape = {
  title: (text) => `# ${escaped(text)}`,
  speaker: (name, time) => `**${name}** · ${time}`,
  paragraph: escaped,
  words: escaped,
  note: (text) => `_${text}_`,
};

type Part = { readonly atMs: number; readonly lines: readonly string[] };

export const transcriptText = (view: RecordingView, places: readonly Place[] = []): string =>
  render(view, places, kPlain);
export const transcriptMarkdown = (view: RecordingView, places: readonly Place[] = []): string =>
  render(view, places, kMarkdown);

function render(view: RecordingView, places: readonly Place[], shape: Shape): string {
  const started = view.started_at ? ` · ${view.started_at.slice(0, 16).replace('T', ' ')} UTC` : '';
  const turns = view.turns.map((turn) => partOf(turn, shape));
  const gaps = namedEvents(view)
    .filter(({ icon }) => icon === 'gap')
    .map(({ atMs, text }) => ({ atMs, lines: [shape.note(`${formatDuration(atMs)} ${text}`)] }));
  const kept = places.map((place) => {
    const words = `${formatDuration(place.atMs)} ${wordsOf(place)}`;
    return { atMs: place.atMs, lines: [shape.note(shape.words(words))] };
  });
  const parts = [...turns, ...gaps, ...kept].sort((a, b) => a.atMs - b.atMs);
  const facts = `${view.model}${started}`;
  const head = `${shape.title(view.recording.title ?? view.chat_title)}\n${facts}`;
  return `${[head, ...parts.map(({ lines }) => lines.join('\n\n'))].join('\n\n')}\n`;
}

const wordsOf = (place: Place): string => {
  if (place.kind === 'mark') return 'Marked';
  const note = place.bookmark.note.replace(/\s+/g, ' ');
  return note === '' ? 'Bookmark' : `Bookmark: ${note}`;
};

function partOf(turn: Turn, shape: Shape): Part {
  const name = turn.speaker === 'person' ? 'You' : 'Model';
  const paragraphs = paragraphsOf(turn).map((words) => textOf(words).trim());
  const said =
    paragraphs.length > 0 ? paragraphs : [turn.text.trim()].filter((text) => text !== '');
  const missed = countWords(ghostWords(turn));
  const count = `${missed} ${missed === 1 ? 'word' : 'words'} not heard`;
  const notes = [
    ...(said.length === 0 ? ['No words recognised'] : []),
    ...(turn.interrupted && missed === 0 ? ['Interrupted'] : []),
    ...(missed > 0 ? [turn.interrupted ? `Interrupted, ${count}` : count] : []),
  ];
  return {
    atMs: turn.start_ms,
    lines: [
      shape.speaker(name, formatDuration(turn.start_ms)),
      ...said.map(shape.paragraph),
      ...notes.map(shape.note),
    ],
  };
}

const kNameLettersMax = 60;

/** A name for a downloaded file: its own title or that of the chat, and the day, in characters that every system accepts. */
export function fileNameOf(view: RecordingView, ending: string): string {
  const title = (view.recording.title ?? view.chat_title)
    .replace(/[\p{Cc}\p{Bidi_Control}\s\\/:*?"<>|.]+/gu, ' ')
    .trim();
  const name = lettersOf(title).slice(0, kNameLettersMax).join('').trim();
  const day = (view.started_at ?? view.recording.created_at).slice(0, 10);
  return `${name || 'Live session'} ${day}.${ending}`;
}
