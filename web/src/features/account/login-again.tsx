import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import './account.css';
import { IssuerButtons } from './issuer-buttons';

type Props = {
  /** Who was logged in. */
  readonly name: string;
  /** Where the window of the login ends; it tells this page and closes itself. */
  readonly path: string;
  readonly onClose: () => void;
};

/** Logs in again in a window of its own, so that nothing on this page is lost. */
export function LoginAgain({ name, path, onClose }: Props) {
  return (
    <Dialog
      width="narrow"
      title="Your login has ended"
      description="What you have written stays here. A talk goes on; what is recorded of it waits in this browser until you have logged in again."
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Later</Button>
        </div>
      }
    >
      <p className="login__as">Log in as {name}. The login opens in a window of its own.</p>
      <IssuerButtons path={path} onOpen={(address) => window.open(address, '_blank')} />
    </Dialog>
  );
}
