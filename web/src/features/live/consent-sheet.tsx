import { AudioLines, Bot, Disc, EarIcon, Eye, HardDrive } from 'lucide-react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import type { ConsentPoint } from './consent';
import './consent-sheet.css';

const kIcons = [
  <Bot key="ai" aria-hidden />,
  <Disc key="what" aria-hidden />,
  <HardDrive key="where" aria-hidden />,
  <EarIcon key="who" aria-hidden />,
  <Eye key="seen" aria-hidden />,
];

type Props = {
  readonly points: readonly ConsentPoint[];
  /** The person agrees: starts as soon as the devices are open. */
  readonly onStart: () => void;
  /** The person agrees and wants to check the devices first. */
  readonly onCheckDevices: () => void;
  readonly onWithoutRecording: () => void;
  readonly onClose: () => void;
};

/** Shown once, before microphone and camera are opened for the first time. */
export const ConsentSheet = (props: Props) => (
  <Dialog
    width="narrow"
    title="Before you talk"
    description="With Start live you agree to this. You can delete every recording later."
    onClose={props.onClose}
    foot={
      <div className="dialog__acts consent__acts">
        <Button size="big" className="consent__without" onClick={props.onWithoutRecording}>
          Talk without recording
        </Button>
        <Button size="big" variant="line" onClick={props.onCheckDevices}>
          Agree, check devices
        </Button>
        <Button
          size="big"
          variant="primary"
          icon={<AudioLines aria-hidden />}
          data-autofocus
          onClick={props.onStart}
        >
          Start live
        </Button>
      </div>
    }
  >
    <dl className="consent">
      {props.points.map(({ title, text }, index) => (
        <div key={title}>
          {kIcons[index]}
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  </Dialog>
);
