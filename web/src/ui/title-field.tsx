import { useLayoutEffect, useRef } from 'react';
import { isVisible, lettersOf } from '../media/text';

/** The server's limit, in code points. */
const kTitleCharactersMax = 200;

/** As many whole letters as the server accepts. */
function titleOf(text: string): string {
  let title = '';
  let count = 0;
  for (const letter of lettersOf(text.trim())) {
    count += [...letter].length;
    if (count > kTitleCharactersMax) break;
    title += letter;
  }
  return title;
}

/** The field that had the focus is gone; if something else has it already, it stays there. */
function focusMenuIn(part: Element | null | undefined): void {
  if (document.activeElement !== document.body) return;
  part?.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.focus();
}

type Props = {
  /** What the title belongs to, for screen readers. */
  readonly label: string;
  /** Empty when there is no name yet. */
  readonly title: string;
  readonly placeholder: string;
  readonly onSave: (title: string) => void;
  readonly onCancel: () => void;
};

/**
 * Renames in place: Enter or leaving the field saves, Esc keeps the old title. A title without visible characters
 * changes nothing. After a key the focus goes to the menu in which Rename was chosen, of the part of the page that has
 * `data-renames`.
 */
export function TitleField({ label, title, placeholder, onSave, onCancel }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const byKey = useRef(false);
  useLayoutEffect(() => {
    field.current?.focus(); // only Chromium does this by itself
    field.current?.select();
    const part = field.current?.closest('[data-renames]');
    return () => {
      if (byKey.current) setTimeout(() => focusMenuIn(part));
    };
  }, []);
  const finish = () => {
    if (done.current) return;
    done.current = true;
    const next = titleOf(field.current?.value ?? '');
    if (isVisible(next) && next !== title) onSave(next);
    else onCancel();
  };
  return (
    <input
      ref={field}
      className="text-field title-field"
      aria-label={label}
      defaultValue={title}
      placeholder={placeholder}
      dir="auto"
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        byKey.current = event.key === 'Enter' || event.key === 'Escape';
        if (event.key === 'Enter') finish();
        if (event.key !== 'Escape') return;
        done.current = true;
        onCancel();
      }}
    />
  );
}
