import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';

/** What becomes of what is recorded already. */
export type Withdrawal = 'keep' | 'erase';

type Props = {
  readonly onWithdraw: (recording: Withdrawal) => void;
  readonly onClose: () => void;
};

/** Takes the consent to be recorded back, in the middle of a talk. */
export const WithdrawDialog = ({ onWithdraw, onClose }: Props) => (
  <Dialog
    width="narrow"
    title="Withdraw your consent?"
    onClose={onClose}
    foot={
      <div className="dialog__acts">
        <Button onClick={onClose}>Go on talking</Button>
        <Button variant="line" onClick={() => onWithdraw('keep')}>
          Stop and keep
        </Button>
        <Button variant="stop" onClick={() => onWithdraw('erase')}>
          Stop and delete
        </Button>
      </div>
    }
  >
    <p>
      Microphone and camera stop at once, and the talk ends. What was recorded until now is kept, or
      deleted for good, as you choose. If you keep it, its timeline shows where you withdrew, and
      you can still delete it later.
    </p>
  </Dialog>
);
