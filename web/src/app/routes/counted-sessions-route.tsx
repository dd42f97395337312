import { CountedSessionsPage } from '../../features/analytics/counted-sessions-page';

export const CountedSessionsRoute = () => <CountedSessionsPage />;
