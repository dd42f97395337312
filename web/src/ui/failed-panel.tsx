import { CircleAlert } from 'lucide-react';
import { sentenceOf } from '../api/api-error';
import { Button } from './button';
import { Panel } from './panel';

type Props = {
  /** What failed. */
  readonly title: string;
  readonly error: unknown;
  readonly onRetry: () => void;
  /** 1 when the panel replaces the whole page. */
  readonly level?: 1 | 2 | 3;
};

/** Shows the server's sentence and a button to try again. */
export const FailedPanel = ({ title, error, onRetry, level = 2 }: Props) => (
  <Panel
    level={level}
    icon={<CircleAlert aria-hidden />}
    tone="error"
    title={title}
    actions={
      <Button variant="line" onClick={onRetry}>
        Try again
      </Button>
    }
  >
    {sentenceOf(error)}
  </Panel>
);
