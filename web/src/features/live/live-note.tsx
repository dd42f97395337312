import {
  Cable,
  CircleAlert,
  HardDrive,
  LogIn,
  MessageCircleOff,
  MicOff,
  VideoOff,
} from 'lucide-react';
import type { LiveSnapshot } from '../../media/live-session';
import { isolated } from '../../media/text';
import { Button } from '../../ui/button';
import { emptyTurnWords } from '../../ui/empty-turn-words';
import { Note } from '../../ui/note';
import { foreignWords, keptReason, keptTitle } from './kept-words';
import { LostDeviceNote } from './lost-device-note';
import { DefaultMicrophoneNote, MicrophoneNote } from './microphone-note';
import { CountdownNote, SilentNote } from './model-note';

type Props = {
  readonly snapshot: LiveSnapshot;
  readonly recorded: boolean;
  readonly onReconnect: () => void;
  readonly onLogIn: () => void;
  readonly onHangUp: () => void;
};

/** The most important thing that is wrong now, if anything is. Trouble with the record comes first. */
export function LiveNote(props: Props) {
  const { snapshot, recorded, onReconnect, onLogIn, onHangUp } = props;
  const { spool, notice, notRecorded, endsAtMs, microphone, microphoneTrouble } = snapshot;
  const waiting = `${Math.round(spool.waitingSeconds)} s`;
  if (recorded && notRecorded) {
    return (
      <Note icon={<CircleAlert aria-hidden />} tone="error" announce="alert" title="Not recording.">
        {notRecorded} You can go on talking; what is said from now on is not kept.
      </Note>
    );
  }
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
        sent as soon as the server is back.{foreignWords(spool.answers)}
      </Note>
    );
  }
  if (recorded && spool.server === 'login-required') {
    return (
      <Note
        icon={<LogIn aria-hidden />}
        announce="alert"
        title="Your login has ended. Still recording."
        actions={
          <Button size="small" onClick={onLogIn}>
            Log in again
          </Button>
        }
      >
        You can go on talking. <span aria-hidden>{waiting}</span> are kept in this browser and are
        sent as soon as you have logged in again.
      </Note>
    );
  }
  if (snapshot.modelSilent) return <SilentNote onReconnect={onReconnect} onHangUp={onHangUp} />;
  if (endsAtMs !== null) return <CountdownNote endsAtMs={endsAtMs} />;
  if (snapshot.speaksMuted) {
    return (
      <Note icon={<MicOff aria-hidden />} announce="status" title="You are muted.">
        The model does not hear what you say. Press Mute, or M, to speak.
      </Note>
    );
  }
  if (notice?.kind === 'default-microphone') {
    return <DefaultMicrophoneNote device={notice.device} used={notice.used} />;
  }
  if (notice?.kind === 'device-lost') {
    return <LostDeviceNote lost={notice.lost} instead={notice.instead} />;
  }
  if (notice?.kind === 'video-paused') {
    return (
      <Note icon={<VideoOff aria-hidden />} announce="status" title="Video paused.">
        This computer is too busy. Sound and messages go on. Video returns by itself.
      </Note>
    );
  }
  if (notice?.kind === 'empty-turn') {
    return (
      <Note icon={<MessageCircleOff aria-hidden />} announce="status" title="No answer this time.">
        {emptyTurnWords(notice.reason)}
      </Note>
    );
  }
  if (notice?.kind === 'text-not-sent') {
    return (
      <Note
        icon={<MessageCircleOff aria-hidden />}
        announce="alert"
        title={`Not sent: “${isolated(notice.text)}”`}
      >
        Too many messages wait for the connection. Send it again when the model answers.
      </Note>
    );
  }
  if (microphoneTrouble !== null) {
    return <MicrophoneNote trouble={microphoneTrouble} device={microphone?.label ?? ''} />;
  }
  if (recorded && spool.kept) {
    return (
      <Note icon={<HardDrive aria-hidden />} announce="status" title={keptTitle(spool.kept)}>
        {keptReason(spool.kept)} It is kept in this browser and tried again. All else is sent.
      </Note>
    );
  }
  return null;
}
