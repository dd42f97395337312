import { useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FailedSentence } from '../../ui/failed-sentence';

/** Takes the consent to a study back, after a question. */
export function WithdrawStudy({ onWithdraw }: { readonly onWithdraw: () => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = () => {
    setBusy(true);
    setFailure(null);
    onWithdraw()
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Withdraw from the study</Button>
      {open ? (
        <Dialog
          width="narrow"
          title="Withdraw from the study?"
          onClose={() => setOpen(false)}
          foot={
            <div className="dialog__acts">
              <Button onClick={() => setOpen(false)}>Stay</Button>
              <Button variant="stop" loading={busy} onClick={run}>
                Withdraw and delete
              </Button>
            </div>
          }
        >
          <p>
            Your answers and your recordings are deleted for good, and your link does not work any
            more.
          </p>
          <FailedSentence error={failure} />
        </Dialog>
      ) : null}
    </>
  );
}
