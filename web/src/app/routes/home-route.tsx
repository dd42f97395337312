import { useQuery } from '@tanstack/react-query';
import { aboutQuery } from '../../api/about';
import { answersWords } from '../../features/chat/answers-words';
import { recordingRemovalKeys, useEraseRecordings } from '../../features/chat/use-erase-recording';
import { Welcome } from '../../features/chat/welcome';
import { Home } from '../../features/library/home';
import { useLive } from '../../features/live/live-context';
import { useKeeping } from '../use-keeping';

export function HomeRoute() {
  const { openStart } = useLive();
  const erase = useEraseRecordings();
  const { data: about } = useQuery(aboutQuery);
  const { keep, dialog } = useKeeping();
  const start = () => openStart(null);
  return (
    <>
      <Home
        onStartLive={start}
        onDelete={erase}
        onKeep={keep}
        removalKeys={recordingRemovalKeys}
        recordings={about?.storage.recordings ?? null}
        answers={about ? answersWords(about) : null}
        first={<Welcome onStartLive={start} />}
      />
      {dialog}
    </>
  );
}
