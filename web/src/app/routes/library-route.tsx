import { recordingRemovalKeys, useEraseRecordings } from '../../features/chat/use-erase-recording';
import { LibraryPage } from '../../features/library/library-page';
import { useLive } from '../../features/live/live-context';
import { useAppContext } from '../app-context';
import { useKeeping } from '../use-keeping';
import { useSharing } from '../use-sharing';

export function LibraryRoute() {
  const { openStart } = useLive();
  const { search } = useAppContext();
  const erase = useEraseRecordings();
  const { share, dialog } = useSharing();
  const keeping = useKeeping();
  return (
    <>
      <LibraryPage
        onStartLive={() => openStart(null)}
        onSearch={search}
        onDelete={erase}
        removalKeys={recordingRemovalKeys}
        onKeep={keeping.keep}
        onShare={share && (({ id }) => share({ kind: 'recording', id }))}
      />
      {dialog}
      {keeping.dialog}
    </>
  );
}
