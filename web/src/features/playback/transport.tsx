import {
  Bookmark,
  Captions,
  FastForward,
  Link2,
  Maximize,
  Minimize,
  Pause,
  Play,
  SkipBack,
  SkipForward,
  SlidersHorizontal,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { kRates, type PlayerEngine } from '../../media/player/player-engine';
import { Button } from '../../ui/button';
import { formatDuration } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuChoice } from '../../ui/menu';
import { Popover } from '../../ui/popover';
import { useMediaQuery } from '../../ui/use-media-query';
import { LaneHead } from './lane-head';
import './transport.css';
import { useAtTime, usePlayer } from './use-player';

export type TransportActions = {
  readonly previousTurn: () => void;
  readonly nextTurn: () => void;
  readonly zoom: (factor: number) => void;
  readonly fullScreen: () => void;
  readonly toggleCaptions: () => void;
  /** Makes a bookmark at this moment; null: only the owner of the recording may. */
  readonly bookmark: (() => void) | null;
  readonly copyLink: () => void;
  readonly skipSilence: () => void;
};

type Props = {
  readonly engine: PlayerEngine;
  readonly lengthMs: number;
  readonly captions: boolean;
  readonly skipsSilence: boolean;
  readonly fullScreen: boolean;
  readonly actions: TransportActions;
};

/** In a narrower window only the buttons for moving fit; a sheet has the rest. */
const kPhoneQuery = '(max-width: 760px)';

const withTenths = (ms: number) => `${formatDuration(ms)}.${Math.floor(ms / 100) % 10}`;

export function Transport(props: Props) {
  const { engine, lengthMs, captions, skipsSilence, fullScreen, actions } = props;
  const playing = usePlayer(engine, (state) => state.playing);
  const phone = useMediaQuery(kPhoneQuery);
  return (
    <div className="transport">
      <Clock engine={engine} lengthMs={lengthMs} />
      <div className="transport__main">
        <IconButton
          label="Previous turn"
          shortcut="P"
          icon={<SkipBack />}
          onClick={actions.previousTurn}
          tooltipSide="top"
        />
        <IconButton
          label={playing ? 'Pause' : 'Play'}
          shortcut="K"
          className="transport__play"
          icon={playing ? <Pause className="lucide--fill" /> : <Play className="lucide--fill" />}
          onClick={() => engine.toggle()}
          tooltipSide="top"
        />
        <IconButton
          label="Next turn"
          shortcut="N"
          icon={<SkipForward />}
          onClick={actions.nextTurn}
          tooltipSide="top"
        />
        <Speed engine={engine} />
      </div>
      {phone ? (
        <Popover
          label="Sound and view"
          trigger={<IconButton label="Sound and view" icon={<SlidersHorizontal />} />}
        >
          <div className="transport__sheet">
            <LaneHead engine={engine} speaker="person" />
            <LaneHead engine={engine} speaker="model" />
            <ViewButtons {...{ captions, skipsSilence, fullScreen, actions }} />
          </div>
        </Popover>
      ) : (
        <ViewButtons {...{ captions, skipsSilence, fullScreen, actions }} />
      )}
    </div>
  );
}

type ViewProps = Pick<Props, 'captions' | 'skipsSilence' | 'fullScreen' | 'actions'>;

function ViewButtons({ captions, skipsSilence, fullScreen, actions }: ViewProps) {
  return (
    <div className="transport__view">
      {actions.bookmark ? (
        <IconButton
          label="Bookmark this moment"
          shortcut="B"
          icon={<Bookmark />}
          onClick={actions.bookmark}
          tooltipSide="top"
        />
      ) : null}
      <IconButton
        label="Copy link to this moment"
        shortcut="Shift C"
        icon={<Link2 />}
        onClick={actions.copyLink}
        tooltipSide="top"
      />
      <IconButton
        label="Skip silence"
        shortcut="S"
        aria-pressed={skipsSilence}
        icon={<FastForward />}
        onClick={actions.skipSilence}
        tooltipSide="top"
      />
      <IconButton
        label="Captions"
        shortcut="C"
        aria-pressed={captions}
        icon={<Captions />}
        onClick={actions.toggleCaptions}
        tooltipSide="top"
      />
      <IconButton
        label="Zoom out"
        shortcut="−"
        icon={<ZoomOut />}
        onClick={() => actions.zoom(0.5)}
        tooltipSide="top"
      />
      <IconButton
        label="Zoom in"
        shortcut="+"
        icon={<ZoomIn />}
        onClick={() => actions.zoom(2)}
        tooltipSide="top"
      />
      <IconButton
        label={fullScreen ? 'Leave full screen' : 'Full screen'}
        shortcut="F"
        icon={fullScreen ? <Minimize /> : <Maximize />}
        onClick={actions.fullScreen}
        tooltipSide="top"
      />
    </div>
  );
}

function Clock({ engine, lengthMs }: Pick<Props, 'engine' | 'lengthMs'>) {
  const now = useAtTime(engine, withTenths);
  return (
    // No paragraph: the room after one is much for people who have set it wide, and here are the controls.
    <div className="transport__clock time">
      {now} <small>/ {withTenths(lengthMs)}</small>
    </div>
  );
}

function Speed({ engine }: Pick<Props, 'engine'>) {
  const rate = usePlayer(engine, (state) => state.rate);
  return (
    <Menu
      align="start"
      trigger={
        <Button className="transport__rate time" aria-label={`Speed ${rate} times`}>
          {rate}×
        </Button>
      }
    >
      <MenuChoice
        label="Speed"
        value={String(rate)}
        options={kRates.map((value) => ({ value: String(value), label: `${value}×` }))}
        onChange={(value) => engine.setRate(Number(value))}
      />
    </Menu>
  );
}
