import { useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';

type Props = { readonly onGo: (day: string) => void; readonly onClose: () => void };

/** Asks for the day to which somebody wants to go in a thread. */
export function DayDialog({ onGo, onClose }: Props) {
  const [day, setDay] = useState('');
  const go = () => {
    if (day === '') return;
    onClose();
    onGo(day);
  };
  return (
    <Dialog
      title="Go to a day"
      width="narrow"
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={day === ''} onClick={go}>
            Go there
          </Button>
        </div>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <label className="thread__day">
          Day
          <input
            data-autofocus
            type="date"
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        </label>
      </form>
    </Dialog>
  );
}
