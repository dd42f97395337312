import { useEffect, useRef } from 'react';

export const kTitleLengthMax = 200;

type Props = {
  readonly title: string;
  readonly onSave: (title: string) => void;
  readonly onCancel: () => void;
};

/** Renames in place: Enter or leaving saves, Esc keeps the old title. An empty title changes nothing. */
export function TitleField({ title, onSave, onCancel }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => field.current?.select(), []);
  const finish = () => {
    if (done.current) return;
    done.current = true;
    const next = field.current?.value.trim() ?? '';
    if (next && next !== title) onSave(next);
    else onCancel();
  };
  return (
    <input
      ref={field}
      className="text-field title-field"
      aria-label="Title of the chat"
      defaultValue={title}
      maxLength={kTitleLengthMax}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') finish();
        if (event.key !== 'Escape') return;
        done.current = true;
        onCancel();
      }}
    />
  );
}
