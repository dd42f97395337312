/**
 * The first script of every page, kept small. It requests what the page at this address will ask for, draws first rows, and
 * loads the rest of the app. That rest is not named in the page: to load and read it would hold up the first rows.
 */
import { askEarly } from '../api/early-answers';
import { askEarlyView } from '../api/early-view';
import { firstRequests } from '../api/first-requests';
import { loadEarly } from '../media/player/player-video';
// The first styles of all, so that those of every component come later and win.
import '../ui/font.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/forced-colors.css';
import { firstRowsSeen } from './draw-first';
import { keepEarlyKeys } from './early-keys';
import { applyTheme, storedTheme } from './theme';

keepEarlyKeys();
const recordingId = /^\/recordings\/([^/]+)$/.exec(location.pathname)?.[1];
if (recordingId) {
  void askEarlyView(recordingId).then((view) => view?.media && loadEarly(view.media.url));
  void import('./routes/player-route');
} else {
  firstRequests(location.pathname, location.search).forEach(askEarly);
  if (location.pathname.startsWith('/chats/')) void import('./routes/chat-route');
}
// Reading the storage blocks, so it comes after the requests on which the server can work meanwhile.
applyTheme(storedTheme());
void firstRowsSeen(location).then(() => {
  if (location.pathname === '/') void import('./routes/home-route');
  else if (location.pathname === '/recordings') void import('./routes/library-route');
  void import('./start');
});
