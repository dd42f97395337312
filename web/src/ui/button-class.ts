import './button.css';
import { classNames } from './class-names';

export type ButtonLook = {
  readonly variant?: 'primary' | 'line' | 'quiet' | 'stop';
  readonly size?: 'normal' | 'big' | 'small';
  readonly className?: string | undefined;
};

/** The look of a button, for a link that acts like one. */
export const buttonClass = ({ variant = 'quiet', size = 'normal', className }: ButtonLook) =>
  classNames(
    'button',
    variant !== 'quiet' && `button--${variant}`,
    size !== 'normal' && `button--${size}`,
    className,
  );
