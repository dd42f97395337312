/**
 * The first script of every page, kept small. At the address of a recording it requests the manifest and the media
 * while the rest of the app is loading (vite.config.ts names that rest in the page, so that it loads at the same time).
 */
import { askEarly } from '../api/early-view';
import { loadEarly } from '../media/player/player-video';
import { applyTheme, storedTheme } from './theme';

const recordingId = /^\/recordings\/([^/]+)$/.exec(location.pathname)?.[1];
if (recordingId) {
  void askEarly(recordingId).then((view) => view?.media && loadEarly(view.media.url));
  void import('./routes/player-route');
}
// Reading the storage blocks, so it comes after the requests on which the server can work meanwhile.
applyTheme(storedTheme());
void import('./start');
