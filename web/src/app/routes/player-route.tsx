import { useEffect } from 'react';
import { interactions } from '../../api/interactions';
import { AccountMenu } from '../../features/account/account-menu';
import { useEraseRecordings } from '../../features/chat/use-erase-recording';
import { PlayerPage } from '../../features/playback/player-page';
import { ShareButton } from '../../features/sharing/share-button';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';
import { NotFound } from '../not-found';
import { useKeeping } from '../use-keeping';
import { useSharing } from '../use-sharing';

export function PlayerRoute({ id: recordingId }: { readonly id: string }) {
  const router = useRouter();
  const erase = useEraseRecordings();
  const { share, dialog } = useSharing();
  const keeping = useKeeping();
  useEffect(() => interactions.add('playback_open', { recording_id: recordingId }), [recordingId]);
  return (
    <>
      <PlayerPage
        key={recordingId}
        recordingId={recordingId}
        notFound={<NotFound />}
        onDelete={(recording) => {
          erase([recording], () => router.go(addresses.recording(recording.id)));
          router.go('/recordings');
        }}
        onKeep={keeping.keep}
        account={<AccountMenu />}
        sharing={({ id }, now) => (
          <ShareButton
            what={{ kind: 'recording', id }}
            onOpen={() => share?.({ kind: 'recording', id }, now())}
          />
        )}
      />
      {dialog}
      {keeping.dialog}
    </>
  );
}
