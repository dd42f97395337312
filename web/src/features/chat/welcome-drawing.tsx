/** When each voice speaks: the first bar, and the heights of the bars in percent. */
const kPerson = [
  { at: 7, bars: [88, 28, 60, 44, 80, 46, 36, 48, 32, 20, 46, 40] },
  { at: 50, bars: [64, 82, 30, 40, 0, 58, 62, 64, 44, 60, 18, 0, 86, 50, 72, 60, 56, 68, 40] },
  { at: 86, bars: [60, 56, 96, 56, 58, 88, 78, 80, 34, 18, 22] },
];
const kModel = [
  {
    at: 22,
    bars: [74, 84, 60, 62, 70, 52, 30, 24, 20, 18, 20, 26, 46, 52, 60, 58, 34, 40, 52, 42, 60],
  },
  { at: 44, bars: [44, 56, 16, 40, 66, 60] },
  { at: 72, bars: [78, 46, 24, 0, 84, 76, 70, 40, 54, 44, 58] },
  {
    at: 98,
    bars: [62, 84, 78, 56, 60, 46, 40, 52, 42, 30, 24, 22, 26, 20, 34, 26, 40, 32, 24, 20, 18, 16],
  },
];
const kPitch = 6;
const kAxis = 48;
const kReach = 42;

const bars = (runs: typeof kPerson, up: boolean) =>
  runs.flatMap(({ at, bars: heights }) =>
    heights.map((percent, index) => {
      const height = (percent / 100) * kReach;
      const x = (at + index) * kPitch;
      const y = up ? kAxis - 3 - height : kAxis + 3;
      return percent > 0 ? <rect key={x} x={x} y={y} width="3" height={height} rx="1.5" /> : null;
    }),
  );

/** A short conversation drawn as sound, as a picture of the product. */
export const WelcomeDrawing = () => (
  <svg
    className="welcome__drawing"
    viewBox="0 0 760 96"
    preserveAspectRatio="xMidYMid meet"
    role="img"
    aria-label="A short conversation drawn as sound: you above the line, the model below"
  >
    <rect x="0" y={kAxis - 0.5} width="760" height="1" fill="var(--line)" />
    <g fill="var(--person)">{bars(kPerson, true)}</g>
    <g fill="var(--model)">{bars(kModel, false)}</g>
  </svg>
);
