import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { About } from '../../api/about';
import { mapPages, type Pages } from '../../api/pages';
import {
  type Recording,
  type RecordingPage,
  type RecordingView,
  type Retention,
  recordingListsKey,
  recordingQuery,
  setRetention,
} from '../../api/recordings';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import '../../ui/form.css';
import { FailedSentence } from '../../ui/failed-sentence';
import { keptSentence } from '../../ui/keep-words';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import { toasts } from '../../ui/toasts';
import { kAsSet, keepChoices, nearest } from './keep-choices';

type Props = {
  readonly recording: Recording;
  readonly rules: About['retention'];
  readonly onClose: () => void;
};

/** How long a recording is kept, and whether its owner holds it. */
export function KeepDialog({ recording, rules, onClose }: Props) {
  const { keep_days: chosen, hold } = recording;
  const [days, setDays] = useState(chosen === null ? kAsSet : String(nearest(rules, chosen)));
  const [held, setHeld] = useState(hold === 'own');
  const save = useSave(recording.id, onClose);
  const legal = hold === 'legal';
  return (
    <Dialog
      width="narrow"
      title="How long it is kept"
      description={keptSentence(recording)}
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            loading={save.isPending}
            onClick={() =>
              save.mutate({ keep_days: days === kAsSet ? null : Number(days), hold: held })
            }
          >
            Save
          </Button>
        </div>
      }
    >
      <div className="form">
        <Select
          label="Keep it for"
          value={days}
          options={keepChoices(rules, chosen)}
          hint="It counts from when the last of it was stored. Then it is erased for good, by itself."
          disabled={held}
          onChange={setDays}
        />
        <div>
          <Switch checked={held} onChange={setHeld}>
            Hold it
          </Switch>
          <p className="field__hint">
            While you hold it nothing erases it: not its age, not Delete, not the end of your
            account.
          </p>
        </div>
        {legal ? (
          <p className="field__hint" role="note">
            An admin holds your account. What you choose here counts when that ends.
          </p>
        ) : null}
        <FailedSentence error={save.error}>Nothing was changed.</FailedSentence>
      </div>
    </Dialog>
  );
}

/** Saves the choice, and shows it in every list and in the player. */
function useSave(recordingId: string, onSaved: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: Retention) => setRetention(recordingId, wish),
    onSuccess: (saved) => {
      const kept = (one: Recording): Recording =>
        one.id === saved.id
          ? { ...one, keep_days: saved.keep_days, expires_at: saved.expires_at, hold: saved.hold }
          : one;
      queries.setQueriesData<Pages<RecordingPage>>({ queryKey: recordingListsKey }, (list) =>
        mapPages(list, (page) => ({ ...page, recordings: page.recordings.map(kept) })),
      );
      queries.setQueryData<RecordingView>(
        recordingQuery(saved.id).queryKey,
        (view) => view && { ...view, recording: kept(view.recording) },
      );
      toasts.show(keptSentence(saved));
      onSaved();
    },
  });
}
