import { Welcome } from '../../features/chat/welcome';
import { useLive } from '../../features/live/live-context';

export function HomeRoute() {
  const { openStart } = useLive();
  return <Welcome onStartLive={() => openStart(null)} />;
}
