/** What a control gets so that `TooltipHost` shows its text on hover and on focus. */
export type Tooltip = {
  /** The accessible name stays on the control itself. */
  readonly text: string;
  /** The key for the same action, as printed on the keyboard. */
  readonly shortcut?: string | undefined;
  readonly side?: 'top' | 'bottom' | undefined;
};

/** Attributes instead of a component: lists have hundreds of such controls, and one tooltip is shown at a time. */
export const tooltip = ({ text, shortcut, side = 'bottom' }: Tooltip) => ({
  'data-tooltip': text,
  'data-tooltip-key': shortcut,
  'data-tooltip-side': side,
  'aria-keyshortcuts': shortcut?.replace('Ctrl', 'Control').replaceAll(' ', '+'),
});
