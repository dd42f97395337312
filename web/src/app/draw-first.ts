import { lookEarly } from '../api/early-answers';
import { firstRequests } from '../api/first-requests';
import { keepPress } from '../ui/pressed';
import { kDrawerQuery } from './drawer-query';
import { type FirstAnswers, firstPicture } from './first-picture';
import './first-picture.css';
// The styles of home come with the first screen in any case.
import '../features/library/library-page.css';
import { pageReady } from './page-ready';

/** The pages whose first picture are rows. */
const kLists: readonly string[] = ['/', '/recordings'];

/** When the answers take longer, the app is shown without them. */
const kAnswersMs = 250;
/** Two frames come within this time; in a tab that is not seen there is none. */
const kFrameMs = 100;

/**
 * Draws the first rows of the page when the early answers have them, unless the app is there before. Resolves when they
 * can be seen, or when nothing will be drawn soon: what the app does then would hold them up.
 */
export const firstRowsSeen = (address: Pick<Location, 'pathname' | 'search'>): Promise<unknown> =>
  Promise.race([
    drawFirst(address).then((drawn) => (drawn ? frameShown() : undefined)),
    after(kAnswersMs),
  ]);

/** Whether it has drawn them. */
export async function drawFirst({
  pathname,
  search,
}: Pick<Location, 'pathname' | 'search'>): Promise<boolean> {
  const [list, ...others] = firstRequests(pathname, search);
  if (!kLists.includes(pathname) || list === undefined) return false;
  const [recordings, chats, about] = await Promise.all([list, ...others].map(lookEarly));
  const answers = { recordings, chats, about };
  if (!areWhole(answers)) return false;
  await pageReady(document);
  const root = document.getElementById('root');
  if (!root || root.hasChildNodes()) return false;
  const narrow = matchMedia(kDrawerQuery).matches;
  const picture = firstPicture(pathname, answers, {
    height: innerHeight,
    narrow,
    now: new Date(),
  });
  if (!picture) return false;
  picture.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a')) keepPress();
  });
  root.append(picture);
  return true;
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves when what is in the page now can be seen: when the frame after the one that shows it begins. */
const frameShown = () =>
  Promise.race([
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
      after(0),
    ),
    after(kFrameMs),
  ]);

type Looked = { readonly [Name in keyof FirstAnswers]: unknown };

/** Whether they have what is drawn. Somebody else may have answered; the app then says so. */
function areWhole(answers: Looked): answers is FirstAnswers {
  const { recordings, chats, about } = answers as Partial<FirstAnswers>;
  return (
    Array.isArray(recordings?.recordings) &&
    Array.isArray(chats?.chats) &&
    typeof about?.storage?.recordings === 'number'
  );
}
