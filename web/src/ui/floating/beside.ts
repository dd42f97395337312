type Box = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};
type Size = { readonly width: number; readonly height: number };

export type Wish = {
  readonly side: 'top' | 'bottom';
  /** Which edges lie above each other. */
  readonly align: 'start' | 'center' | 'end';
};

/** Between the two, and to the edges of the window, in CSS pixels. */
const kGapPx = 6;
const kEdgePx = 8;

const within = (value: number, size: number, room: number): number =>
  Math.max(kEdgePx, Math.min(value, room - size - kEdgePx));

/**
 * Where `size` goes beside `anchor`, in the coordinates of the window: on the wished side if there is room, else on the
 * other one if there is more room; never outside of the window. Pure.
 */
export function beside(anchor: Box, size: Size, room: Size, { side, align }: Wish) {
  const above = anchor.top - kGapPx - kEdgePx;
  const below = room.height - (anchor.top + anchor.height) - kGapPx - kEdgePx;
  const [wished, other] = side === 'top' ? [above, below] : [below, above];
  const flips = size.height > wished && other > wished;
  const onTop = (side === 'top') !== flips;
  const top = onTop ? anchor.top - kGapPx - size.height : anchor.top + anchor.height + kGapPx;
  const slack = anchor.width - size.width;
  const left = anchor.left + { start: 0, center: slack / 2, end: slack }[align];
  return {
    left: Math.round(within(left, size.width, room.width)),
    top: Math.round(within(top, size.height, room.height)),
  };
}
