import { Cable, HardDrive, MicOff, VideoOff } from 'lucide-react';
import type { LiveSnapshot } from '../../media/live-session';
import { Note } from '../../ui/note';

/** The one thing that is wrong now, if anything; the record comes before comfort. */
export function LiveNote(props: { readonly snapshot: LiveSnapshot; readonly recorded: boolean }) {
  const { snapshot, recorded } = props;
  const { spool, notice } = snapshot;
  const waiting = `${Math.round(spool.waitingSeconds)} s`;
  if (recorded && spool.server === 'disk-full') {
    return (
      <Note
        icon={<HardDrive aria-hidden />}
        tone="error"
        announce="alert"
        title="The server’s disk is full. Still recording."
      >
        This session is kept in this browser until there is room. Leave this browser’s data in
        place.
      </Note>
    );
  }
  if (recorded && spool.server === 'unreachable') {
    return (
      <Note
        icon={<Cable aria-hidden />}
        announce="alert"
        title="Server out of reach. Still recording."
      >
        You can go on talking. <span aria-hidden>{waiting}</span> are kept in this browser and are
        sent as soon as the server is back.
      </Note>
    );
  }
  if (notice?.kind === 'device-lost') {
    return (
      <Note
        icon={<MicOff aria-hidden />}
        announce="alert"
        title={`A device was unplugged. Using “${notice.device}”.`}
      >
        Change it under Devices and settings.
      </Note>
    );
  }
  if (notice?.kind === 'video-paused') {
    return (
      <Note icon={<VideoOff aria-hidden />} announce="status" title="Video paused.">
        This computer is too busy. Sound and messages go on. Video returns by itself.
      </Note>
    );
  }
  return null;
}
