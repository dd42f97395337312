import type { RecordingView } from '../../api/recordings';
import { isolated } from '../../media/text';
import { emptyTurnWords } from '../../ui/empty-turn-words';

export type RecordingEvent = RecordingView['events'][number];
export type EventIcon =
  | 'mark'
  | 'cut'
  | 'mute'
  | 'camera'
  | 'socket'
  | 'device'
  | 'end'
  | 'warning'
  | 'gap';
export type EventWords = {
  readonly icon: EventIcon;
  /** For the list and the transcript. */
  readonly text: string;
  /** The text of the chip in the lane; null: no chip. */
  readonly chip: string | null;
};

const detail = (event: RecordingEvent, name: string): unknown =>
  (event.detail as Record<string, unknown> | undefined)?.[name];

/** The name of an event on the screen. Null: only the raw list in the download has it. */
export function eventWords(event: RecordingEvent): EventWords | null {
  const on = detail(event, 'on') === true;
  const label = String(detail(event, 'label') ?? 'device');
  switch (event.kind) {
    case 'interrupted':
      return { icon: 'cut', text: 'Interrupted', chip: 'Interrupted' };
    case 'mute':
      return on
        ? { icon: 'mute', text: 'Microphone muted', chip: 'Muted' }
        : { icon: 'mute', text: 'Microphone on again', chip: null };
    case 'camera':
      return on
        ? { icon: 'camera', text: 'Camera on', chip: 'Camera on' }
        : {
            icon: 'camera',
            // The server found it: the switch itself was lost.
            text: detail(event, 'assumed') === true ? 'Camera off, as it seems' : 'Camera off',
            chip: 'Camera off',
          };
    case 'camera_format':
      return {
        icon: 'camera',
        text: `Camera picture ${detail(event, 'width')} × ${detail(event, 'height')}`,
        chip: null,
      };
    case 'setup_complete':
      return { icon: 'socket', text: 'Connected to the model', chip: null };
    case 'socket_closed':
      return { icon: 'socket', text: 'Connection to the model closed', chip: 'Closed' };
    case 'go_away':
      return { icon: 'socket', text: 'The model asked for a new connection', chip: null };
    case 'reconnected':
      return {
        icon: 'socket',
        text: `Connected again after ${(Number(detail(event, 'gap_ms')) / 1000).toFixed(1)} s`,
        chip: 'Reconnected',
      };
    case 'model_silent':
      return on
        ? { icon: 'warning', text: 'The model did not answer', chip: 'No answer' }
        : { icon: 'socket', text: 'The model answers again', chip: null };
    case 'microphone':
      return microphoneWords(String(detail(event, 'state')));
    case 'default_microphone':
      return { icon: 'device', text: `This computer’s microphone became ${label}`, chip: null };
    case 'device_lost':
      return { icon: 'device', text: `Lost: ${isolated(label)}`, chip: 'Device lost' };
    case 'device_changed':
      return { icon: 'device', text: `Now using ${isolated(label)}`, chip: 'Device' };
    case 'left_out':
      return {
        icon: 'warning',
        text: `${detail(event, 'count')} messages of ${detail(event, 'topic')} could not be used`,
        chip: 'Left out',
      };
    case 'clock_doubted':
      return {
        icon: 'warning',
        text: 'The clocks of the browser disagreed: pictures and words may be a moment off',
        chip: null,
      };
    case 'server':
      return detail(event, 'state') === 'unreachable'
        ? { icon: 'warning', text: 'Server out of reach, kept in the browser', chip: 'Offline' }
        : { icon: 'socket', text: 'Server back', chip: null };
    case 'journal':
      return journalWords(event);
    case 'empty_turn':
      return {
        icon: 'warning',
        text: `No answer. ${emptyTurnWords(String(detail(event, 'reason') ?? ''))}`,
        chip: 'No answer',
      };
    case 'text_not_sent':
      return {
        icon: 'warning',
        text: `Not sent: “${isolated(String(detail(event, 'text') ?? ''))}”`,
        chip: 'Not sent',
      };
    case 'history_sent': {
      const turns = Number(detail(event, 'turns') ?? 0);
      const entries = turns === 1 ? 'entry' : 'entries';
      return {
        icon: 'socket',
        text: `The model was told ${turns} earlier ${entries} of the chat`,
        chip: null,
      };
    }
    case 'mark':
      return { icon: 'mark', text: 'Marked', chip: 'Marked' };
    case 'task_step': {
      const done = detail(event, 'done') !== false;
      const text = isolated(String(detail(event, 'text') ?? ''));
      return {
        icon: 'mark',
        text: `${done ? 'Step done' : 'Step open again'}: “${text}”`,
        chip: done ? 'Step done' : 'Step open again',
      };
    }
    case 'consent_withdrawn':
      return { icon: 'end', text: 'Consent withdrawn', chip: 'Consent withdrawn' };
    case 'hang_up':
      return { icon: 'end', text: 'Hung up', chip: null };
    case 'error':
      return { icon: 'warning', text: String(detail(event, 'message') ?? 'Error'), chip: 'Error' };
    default:
      return null;
  }
}

/** What the browser reported about its own storage. `low` is shown as pictures that were left out. */
function journalWords(event: RecordingEvent): EventWords | null {
  const message = String(detail(event, 'message') ?? '');
  switch (detail(event, 'state')) {
    case 'failed':
      return {
        icon: 'warning',
        text: `Not recorded from here on. ${message}`,
        chip: 'Not recorded',
      };
    case 'kept':
      return {
        icon: 'warning',
        text: `A part was not accepted and kept in the browser (${message})`,
        chip: 'Kept back',
      };
    default:
      return null;
  }
}

/** What the microphone itself, or the system, did. */
function microphoneWords(state: string): EventWords {
  if (state === 'muted')
    return { icon: 'device', text: 'Microphone muted by the system', chip: 'No mic' };
  if (state === 'silent')
    return { icon: 'device', text: 'No sound from the microphone', chip: 'No mic' };
  return { icon: 'device', text: 'The microphone is heard again', chip: null };
}
