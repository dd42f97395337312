import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names';
import './icon-button.css';
import { tooltip } from './tooltip';

type Props = Omit<ComponentProps<'button'>, 'children'> & {
  /** The accessible name and the tooltip. It does not change with the state. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
  readonly size?: 'normal' | 'small';
  readonly tooltipSide?: 'top' | 'bottom';
};

export function IconButton(props: Props) {
  const { label, icon, shortcut, size = 'normal', tooltipSide, className, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      className={classNames('icon-button', size === 'small' && 'icon-button--small', className)}
      {...tooltip({ text: label, shortcut, side: tooltipSide })}
      {...rest}
    >
      {icon}
    </button>
  );
}
