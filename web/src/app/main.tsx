import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { version } from '../../package.json';
import { createJournalRecovery } from '../media/journal/journal-recovery';
import { createLiveSession } from '../media/live/live-engine';
import { removals } from '../ui/removals';
import { newQueryClient } from './query-client';
import { newRouter } from './router';
import { applyTheme, storedTheme } from './theme';

applyTheme(storedTheme());
addEventListener('pagehide', removals.leave);

const engine = { createSession: createLiveSession, recovery: createJournalRecovery() };
const router = newRouter(engine, version);
const element = document.getElementById('root');
if (element) {
  createRoot(element).render(
    <QueryClientProvider client={newQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}
