import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { version } from '../../package.json';
import { deleteAgain } from '../api/client';
import { LiveElsewhere } from '../media/live/live-elsewhere';
import { delayedRecoveryClient } from '../media/recovery/delayed-recovery-client';
import { createRecoveryClient } from '../media/recovery/recovery-client';
import { leftRemovals } from '../ui/left-removals';
import { Part } from '../ui/part';
import { watchPresses } from '../ui/pressed';
import { removals } from '../ui/removals';
import { Router } from '../ui/router/router';
import { RouterContext } from '../ui/router/router-context';
import { replayEarlyKeys } from './early-keys';
import { firstQueries } from './first-queries';
import { keysSheet } from './keys-part';
import { logInteractions } from './log-interactions';
import { LoginGate } from './login-gate';
import { pageReady } from './page-ready';
import { pageAt, preloadPages } from './pages';
import { newQueryClient } from './query-client';
import { recoveryNotice } from './recovery-part';
import { Root } from './root';
import { searchSheet } from './search-part';

addEventListener('pagehide', removals.leave);
watchPresses(window);
logInteractions();

/** Sending what the journal holds waits until the first screen is shown; it is not urgent. */
const kRecoverAfterMs = 1_000;
/** How long the frame of the page waits for its content, to be rendered with it at once. */
const kContentMs = 150;
/** Long enough for the requested page to be shown. */
const kPreloadAfterMs = 2_000;

const recovery = delayedRecoveryClient(() => createRecoveryClient(), kRecoverAfterMs);
const elsewhere = new LiveElsewhere(navigator.locks);
const parts = new Part(() => import('./live-parts'));
const engine = { parts, recovery, elsewhere };
const router = new Router(window);
const queries = newQueryClient();
removals.finish(leftRemovals(), async (path) => {
  await deleteAgain(path);
  // What was asked meanwhile may still have it.
  await queries.invalidateQueries({ refetchType: 'all' });
});

const showApp = () => {
  const element = document.getElementById('root');
  if (!element) return;
  createRoot(element).render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={router}>
        <LoginGate onBack={recovery.look}>
          <Root engine={engine} appVersion={version} />
        </LoginGate>
        <Standing />
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
};

/** Drawn last: by then everything else listens for keys. */
function Standing() {
  useEffect(replayEarlyKeys, []);
  return null;
}

/** The page's file and its first answers, which are usually there already. */
const content = Promise.all([
  pageAt(router.snapshot().path)
    .part.load()
    .catch(() => {}), // The page says it.
  firstQueries(queries, location.pathname, location.search),
]);
const late = new Promise((resolve) => setTimeout(resolve, kContentMs));
void Promise.all([Promise.race([content, late]), pageReady(document)]).then(showApp);

// Nothing of this is needed for the first screen. What cannot be loaded now is loaded when it is opened.
setTimeout(() => {
  const later = [parts, searchSheet, recoveryNotice, keysSheet];
  for (const load of [...later.map((one) => one.load()), preloadPages()]) load.catch(() => {});
}, kPreloadAfterMs);
