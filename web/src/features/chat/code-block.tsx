import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { copyText } from '../../ui/copy-text';
import { IconButton } from '../../ui/icon-button';
import { toasts } from '../../ui/toasts';

type Props = { readonly language: string; readonly text: string; readonly children: ReactNode };

/** A block of code: its language, and the way to take it along. */
export function CodeBlock({ language, text, children }: Props) {
  const copy = async () => {
    if (await copyText(text)) toasts.show('Copied.');
    else toasts.show('The browser does not let this page copy.', { tone: 'error' });
  };
  return (
    <div className="answer__code">
      <div className="answer__code-head">
        <span>{language}</span>
        <IconButton
          size="small"
          label="Code to the clipboard"
          icon={<Copy />}
          onClick={() => void copy()}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keys */}
      <pre tabIndex={0}>{children}</pre>
    </div>
  );
}
