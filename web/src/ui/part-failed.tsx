import { CircleAlert } from 'lucide-react';
import { Button } from './button';
import { Dialog } from './dialog';
import { Panel } from './panel';

type Props = {
  /** What would have opened. */
  readonly title: string;
  readonly onRetry: () => void;
  readonly onClose: () => void;
};

/** Stands in for a dialog whose file could not be loaded. */
export const PartFailed = ({ title, onRetry, onClose }: Props) => (
  <Dialog width="narrow" title={title} onClose={onClose}>
    <Panel
      level={3}
      icon={<CircleAlert aria-hidden />}
      tone="error"
      title="The server does not answer"
      actions={
        <Button variant="primary" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      This part of the page could not be loaded. Check the connection, or whether Reprise runs.
    </Panel>
  </Dialog>
);
