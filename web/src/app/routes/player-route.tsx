import { useNavigate, useParams } from '@tanstack/react-router';
import { useEraseRecordings } from '../../features/chat/use-erase-recording';
import { PlayerPage } from '../../features/playback/player-page';
import { NotFound } from '../not-found';

export function PlayerRoute() {
  const { recordingId } = useParams({ strict: false });
  const navigate = useNavigate();
  const erase = useEraseRecordings();
  if (!recordingId) return <NotFound />;
  return (
    <PlayerPage
      key={recordingId}
      recordingId={recordingId}
      notFound={<NotFound />}
      onDelete={(id) => {
        erase(
          [id],
          () => void navigate({ to: '/recordings/$recordingId', params: { recordingId: id } }),
        );
        void navigate({ to: '/recordings' });
      }}
    />
  );
}
