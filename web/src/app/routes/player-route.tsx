import { useEraseRecordings } from '../../features/chat/use-erase-recording';
import { PlayerPage } from '../../features/playback/player-page';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';
import { NotFound } from '../not-found';

export function PlayerRoute({ id: recordingId }: { readonly id: string }) {
  const router = useRouter();
  const erase = useEraseRecordings();
  return (
    <PlayerPage
      key={recordingId}
      recordingId={recordingId}
      notFound={<NotFound />}
      onDelete={(recording) => {
        erase([recording], () => router.go(addresses.recording(recording.id)));
        router.go('/recordings');
      }}
    />
  );
}
