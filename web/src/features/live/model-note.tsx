import { Hourglass, Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../ui/button';
import { Note } from '../../ui/note';

type SilentProps = {
  readonly onReconnect: () => void;
  readonly onHangUp: () => void;
};

/** Shown when the person spoke and no answer came: what they can do. */
export const SilentNote = ({ onReconnect, onHangUp }: SilentProps) => (
  <Note
    icon={<Unplug aria-hidden />}
    announce="alert"
    title="The model does not answer."
    actions={
      <>
        <Button variant="primary" onClick={onReconnect}>
          Reconnect
        </Button>
        <Button onClick={onHangUp}>Hang up</Button>
      </>
    }
  >
    Nothing has come for a while. Say it again, or reconnect: what you said last is sent once more.
  </Note>
);

/** Shown when the model will close the connection and this talk cannot be continued on another one. */
export function CountdownNote({ endsAtMs }: { readonly endsAtMs: number }) {
  const seconds = useSecondsUntil(endsAtMs);
  return (
    <Note icon={<Hourglass aria-hidden />} announce="alert" title="The model ends this talk soon.">
      <span aria-hidden>
        It ends in <span className="time">{seconds} s</span>.
      </span>{' '}
      What was said is kept. You can start again in the same chat.
    </Note>
  );
}

const secondsUntil = (ms: number) => Math.max(0, Math.ceil((ms - performance.now()) / 1000));

function useSecondsUntil(endsAtMs: number): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(endsAtMs));
  useEffect(() => {
    const tick = () => setSeconds(secondsUntil(endsAtMs));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [endsAtMs]);
  return seconds;
}
