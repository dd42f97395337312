import { Bot, Disc, EarIcon, HardDrive } from 'lucide-react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import type { ConsentPoint } from './consent';
import './consent-sheet.css';

const kIcons = [
  <Bot key="ai" aria-hidden />,
  <Disc key="what" aria-hidden />,
  <HardDrive key="where" aria-hidden />,
  <EarIcon key="who" aria-hidden />,
];

type Props = {
  readonly points: readonly ConsentPoint[];
  readonly onAgree: () => void;
  readonly onWithoutRecording: () => void;
  readonly onClose: () => void;
};

/** Asked once, before microphone and camera are opened for the first time. */
export const ConsentSheet = ({ points, onAgree, onWithoutRecording, onClose }: Props) => (
  <Dialog
    width="narrow"
    title="Before you talk"
    description="Read this once. You can delete every recording later."
    onClose={onClose}
    foot={
      <div className="dialog__acts">
        <Button size="big" onClick={onWithoutRecording}>
          Talk without recording
        </Button>
        <Button size="big" variant="primary" data-autofocus onClick={onAgree}>
          Agree and continue
        </Button>
      </div>
    }
  >
    <dl className="consent">
      {points.map(({ title, text }, index) => (
        <div key={title}>
          {kIcons[index]}
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  </Dialog>
);
