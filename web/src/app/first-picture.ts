import type { About } from '../api/about';
import type { Chat, ChatPage } from '../api/chats';
import type { Recording, RecordingPage } from '../api/recordings';
import { formatClock, formatCount, formatDay, formatDuration, formatMoment } from '../ui/format';
import { recordingTitle } from '../ui/recording-title';
import { addresses } from '../ui/router/addresses';
import { kRowSeamBars, rowSeam } from '../ui/row-seam';
import { kRowSeamBarWidth, kRowSeamHeight, rowSeamPaths } from '../ui/row-seam-paths';

/** What the server has answered to the first requests of a page. */
export type FirstAnswers = {
  readonly chats: ChatPage;
  readonly about: About;
  readonly recordings: RecordingPage;
};
export type FirstWindow = {
  readonly height: number;
  /** The sidebar is a drawer. */
  readonly narrow: boolean;
  readonly now: Date;
};

/** Heights of rows and of what stands above them, in CSS pixels: so a window is filled and no more. */
const kChatPx = 36;
const kAboveChats = 290;
const kRecordingPx = 92;
const kAboveRecordings = 130;
const fitting = (height: number, row: number) => Math.max(1, Math.ceil(height / row));
const kHomeRows = 5;

type Child = Node | string | false | null;

const kSvg = 'http://www.w3.org/2000/svg';

function fill<Kind extends Element>(
  element: Kind,
  attributes: Readonly<Record<string, string>>,
  children: readonly Child[],
): Kind {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== false && child !== null));
  return element;
}

/** An HTML element, named as in CSS: `a.side-link`. */
function el(name: string, attributes: Readonly<Record<string, string>>, ...children: Child[]) {
  const [tag = 'div', ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(' ');
  return fill(element, attributes, children);
}

const svg = (tag: string, attributes: Readonly<Record<string, string>>, ...children: Child[]) =>
  fill(document.createElementNS(kSvg, tag), attributes, children);

/** The room of an icon, which comes with the app. */
const icon = () => svg('svg', { class: 'lucide', 'aria-hidden': 'true' });
/** The room of something that needs the app. */
const room = (name: string, words: string) => el(`${name}.first-room`, {}, icon(), words);

/**
 * The first picture of the pages that are lists: the same rows at the same places as the app draws them, while the app is
 * still loading; it then puts its own in their place. All that is drawn works, since all of it are links. What needs the
 * app keeps its room empty. Null where the app alone can draw.
 */
export function firstPicture(
  path: string,
  answers: FirstAnswers,
  view: FirstWindow,
): HTMLElement | null {
  const page = path === '/recordings' ? library(answers, view) : home(answers, view);
  if (page === null) return null;
  const shell = view.narrow ? 'div.shell.shell--closed.sidebar-closed' : 'div.shell';
  return el(
    shell,
    {},
    !view.narrow && sidebar(path, answers, view),
    el('main.shell__main', {}, page),
  );
}

const sideLink = (to: string, path: string, words: string, count = 0) =>
  el(
    'a.side-link',
    { href: to, ...(to === path ? { 'aria-current': 'page' } : {}) },
    icon(),
    words,
    count > 0 && el('span.side-link__count', {}, formatCount(count)),
  );

function sidebar(path: string, { chats, about }: FirstAnswers, view: FirstWindow): HTMLElement {
  const shares = about.sharing === 'users' || about.sharing === 'links';
  const mark = svg('svg', { width: '22', height: '22', 'aria-hidden': 'true' });
  return el(
    'aside.sidebar',
    { 'aria-label': 'Sidebar' },
    el('div.sidebar__brand', {}, el('a', { href: '/' }, mark, 'Reprise')),
    el('a.button.button--line', { href: '/chats/new' }, icon(), 'New chat'),
    el(
      'nav.sidebar__places',
      { 'aria-label': 'Places' },
      room('span.side-link', 'Search'),
      sideLink('/recordings', path, 'Library', about.storage.recordings),
      sideLink('/tasks', path, 'Tasks'),
      sideLink('/analytics', path, 'Analytics'),
      shares && sideLink('/shared', path, 'Shared with me'),
    ),
    el('nav.chat-list', { 'aria-label': 'Chats' }, chatRows(chats.chats, view)),
    el('div.sidebar__foot', {}, el('span.sidebar__where', {}, ' ', el('small', {}, ' '))),
  );
}

function chatRows(chats: readonly Chat[], { height, now }: FirstWindow): HTMLElement {
  let before = '';
  const rows = chats.slice(0, fitting(height - kAboveChats, kChatPx)).map((chat) => {
    const day = formatDay(chat.last_used_at, now);
    const heading = day !== before && el('h2.chat-list__day', {}, day);
    before = day;
    const title = el('span.chat-row__title', { dir: 'auto' }, chat.title);
    const link = el('a.side-link', { href: addresses.chat(chat.id) }, title);
    return el('li', {}, heading, el('div.chat-row', {}, link));
  });
  return el('ul', {}, ...rows);
}

function library({ recordings }: FirstAnswers, { height, narrow, now }: FirstWindow) {
  // There the filters have as many lines as fit, which only the app knows.
  if (narrow || recordings.recordings.length === 0) return null;
  let before = '';
  const shown = recordings.recordings.slice(0, fitting(height - kAboveRecordings, kRecordingPx));
  const rows = shown.map((recording) => {
    const day = formatDay(recording.created_at, now);
    const heading = day !== before && el('h2.library__day', {}, day);
    before = day;
    return el('li', {}, heading, recordingRow(recording, formatClock(recording.created_at)));
  });
  const start = room('span.button.button--primary', 'Start live');
  const head = el('div', {}, el('h1', {}, 'Library'), el('p.library__sum', {}));
  return el(
    'div.library',
    {},
    el(
      'div.library__body',
      {},
      el('header.library__head', {}, head, start),
      el('search.library__filters', {}, room('span.library__search', '')),
      el('ul', {}, ...rows),
    ),
  );
}

function home({ recordings }: FirstAnswers, { now }: FirstWindow): HTMLElement | null {
  const rows = recordings.recordings
    .filter(({ state }) => state !== 'erased')
    .slice(0, kHomeRows)
    .map((one) => el('li', {}, recordingRow(one, formatMoment(one.created_at, now))));
  if (rows.length === 0) return null;
  return el(
    'div.home',
    {},
    el(
      'div.home__inner',
      {},
      el(
        'div.home__start',
        {},
        el('div', {}, el('h1', {}, 'Talk again'), el('p', {})),
        room('span.button.button--primary.button--big', 'Start live'),
      ),
      el(
        'section',
        {},
        el(
          'div.home__head',
          {},
          el('h2', {}, 'Last sessions'),
          el('a', { href: '/recordings' }, 'All in the library'),
        ),
        el('ul', {}, ...rows),
      ),
    ),
  );
}

function recordingRow(recording: Recording, when: string): HTMLElement {
  const { id, created_at, chat_id, chat_title, model, duration_ms: ms } = recording;
  return el(
    'div.recording-row',
    {},
    el('div.recording-row__picture', {}, el('div.recording-still', {})),
    el(
      'div.recording-row__words',
      {},
      el(
        'h3',
        { dir: 'auto' },
        el('a', { href: addresses.recording(id) }, recordingTitle(recording)),
      ),
      el(
        'p',
        {},
        el('time', { datetime: created_at }, when),
        ' · ',
        el('a', { href: addresses.chat(chat_id ?? '') }, el('bdi', {}, chat_title ?? '')),
        ...(model ? [' · ', el('bdi', {}, model)] : []),
      ),
    ),
    el('div.recording-row__seam', {}, seam(recording.seam)),
    el(
      'div.recording-row__facts',
      {},
      el('span.time', {}, ms === null ? '' : formatDuration(ms)),
      el('span.badge.badge--plain', {}, ' '),
    ),
  );
}

function seam(text: string): HTMLElement | null {
  const data = rowSeam(text);
  if (!data) return null;
  const { person, model, cuts } = rowSeamPaths(data);
  const line = (name: string, d: string, width: number | null = null) =>
    svg('path', {
      class: `row-seam__${name}`,
      d,
      ...(width === null ? {} : { 'stroke-width': String(width) }),
    });
  return el(
    'div.row-seam',
    {},
    svg(
      'svg',
      {
        viewBox: `0 0 ${kRowSeamBars} ${kRowSeamHeight}`,
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
      },
      line('axis', `M0 ${kRowSeamHeight / 2}H${kRowSeamBars}`),
      line('person', person, kRowSeamBarWidth),
      line('model', model, kRowSeamBarWidth),
      cuts !== '' && line('cuts', cuts),
    ),
  );
}
