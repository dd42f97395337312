/**
 * The first script of every page, kept small: on the address of a recording its manifest and its media are asked for
 * while the rest of the app still loads (vite.config.ts names that in the page, so that it comes at the same time).
 */
import { askEarly } from '../api/early-view';
import { loadEarly } from '../media/player/player-video';
import { applyTheme, storedTheme } from './theme';

const recordingId = /^\/recordings\/([^/]+)$/.exec(location.pathname)?.[1];
if (recordingId) {
  void askEarly(recordingId).then((view) => view?.media && loadEarly(view.media.url));
  void import('./routes/player-route');
}
// Reading the storage waits for the browser, so it comes after what the server can work on meanwhile.
applyTheme(storedTheme());
void import('./start');
