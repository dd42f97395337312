import { recordingRemovalKey, useEraseRecordings } from '../../features/chat/use-erase-recording';
import { LibraryPage } from '../../features/library/library-page';
import { useLive } from '../../features/live/live-context';

export function LibraryRoute() {
  const { openStart } = useLive();
  const erase = useEraseRecordings();
  return (
    <LibraryPage
      onStartLive={() => openStart(null)}
      onDelete={erase}
      removalKey={recordingRemovalKey}
    />
  );
}
