import './skeleton.css';

type Props = {
  /** CSS lengths of what comes in its place. */
  readonly width?: string;
  readonly height: string;
};

/** Holds the place of something that loads; shows after 150 ms. */
export const Skeleton = ({ width = '100%', height }: Props) => (
  <span className="skeleton" style={{ width, height }} aria-hidden />
);
