import type { ComponentProps, MouseEvent } from 'react';
import { useRouter } from './router-context';
import { useAddress } from './use-address';

type Props = Omit<ComponentProps<'a'>, 'href' | 'onClick'> & {
  /** An address of this app. */
  readonly to: string;
};

/** A press that the browser itself must handle: in a new tab or window, or as a download. */
const isForBrowser = (event: MouseEvent): boolean =>
  event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

/** A link within the app. */
export function Link({ to, ...rest }: Props) {
  const router = useRouter();
  return (
    <a
      href={to}
      onClick={(event) => {
        if (event.defaultPrevented || isForBrowser(event)) return;
        event.preventDefault();
        router.go(to);
      }}
      {...rest}
    />
  );
}

/** A link that says when its page, or one below it, is shown. */
export function PlaceLink(props: Props) {
  const here = useAddress(({ path }) => path === props.to || path.startsWith(`${props.to}/`));
  return <Link aria-current={here ? 'page' : undefined} {...props} />;
}
