import './skeleton.css';

type Props = {
  /** CSS lengths of the content that will replace it. */
  readonly width?: string;
  readonly height: string;
};

/** Reserves space for something that is loading; becomes visible after 150 ms. */
export const Skeleton = ({ width = '100%', height }: Props) => (
  <span className="skeleton" style={{ width, height }} aria-hidden />
);
