import { useQueryClient } from '@tanstack/react-query';
import { sentenceOf } from '../../api/api-error';
import { eraseRecording } from '../../api/recordings';
import { removals } from '../../ui/removals';
import { focusBeside, focusRow } from '../../ui/row-focus';

/** The key under which a recording is hidden while its deletion can be undone. */
export const recordingRemovalKey = (recordingId: string) => `recording:${recordingId}`;

/**
 * Hides the recording at once and offers Undo; the server erases it after that. `onUndo`: it is back;
 * left out, its row takes the focus.
 */
export function useEraseRecording() {
  const queries = useQueryClient();
  return (recordingId: string, onUndo?: () => void) => {
    const key = recordingRemovalKey(recordingId);
    focusBeside(key);
    removals.remove({
      key,
      onUndo: onUndo ?? (() => focusRow(key)),
      text: 'Recording deleted',
      commit: async (leaving) => {
        await eraseRecording(recordingId, leaving);
        await queries.invalidateQueries({ queryKey: ['recordings'] });
        await queries.invalidateQueries({ queryKey: ['chats'] });
        await queries.invalidateQueries({ queryKey: ['about'] });
      },
      failure: (error) => `The recording was not deleted. ${sentenceOf(error)}`,
    });
  };
}
