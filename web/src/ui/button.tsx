import { LoaderCircle } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { type ButtonLook, buttonClass } from './button-class';

type Props = Omit<ComponentProps<'button'>, 'className'> &
  ButtonLook & {
    readonly icon?: ReactNode;
    /** Replaces the icon by a spinner and ignores presses. The label and the width stay the same. */
    readonly loading?: boolean;
    /** Shows the spinner but accepts presses. */
    readonly waiting?: boolean;
  };

export function Button(props: Props) {
  const { variant, size, className, icon, loading = false, waiting = false, ...more } = props;
  const { children, onClick, ...rest } = more;
  return (
    <button
      type="button"
      className={buttonClass({ variant: variant ?? 'quiet', size: size ?? 'normal', className })}
      aria-busy={loading || waiting || undefined}
      onClick={loading ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {loading || waiting ? <LoaderCircle className="spinner" aria-hidden /> : icon}
      {children}
    </button>
  );
}
