import './mic-meter.css';
import type { MicReading } from './use-mic-reading';

const kBars = Array.from({ length: 24 }, (_, index) => index);

/** The loudness of the microphone in the person's colour, with a text below. */
export const MicMeter = ({ reading }: { readonly reading: MicReading }) => (
  <div className="mic-meter">
    {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot hold the bars */}
    <div
      className="mic-meter__bars"
      role="meter"
      aria-label="Microphone level"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(reading.level * 100)}
    >
      {kBars.map((bar) => (
        <i key={bar} className={bar < reading.level * kBars.length ? 'on' : undefined} />
      ))}
    </div>
    <p className="mic-meter__words" role="status">
      {reading.words}
    </p>
  </div>
);
