/** Feeds the captions and the bars of the seam with the messages of the LiveWorker and of the playout worklet. Pure. */

import { Levels } from '../audio/levels';
import type { HeardReport, LiveEvent } from '../protocol';
import { Captions } from './captions';

export type TalkEvent = Extract<
  LiveEvent,
  {
    type:
      | 'person-text'
      | 'model-text'
      | 'typed'
      | 'written'
      | 'model-bars'
      | 'interrupted'
      | 'item-end'
      | 'turn-complete';
  }
>;

/** Words that have appeared on the screen. `turn` is the caption's id. */
export type ShownWords = {
  readonly side: 'person' | 'model';
  readonly text: string;
  readonly turn: number;
};

const shown = (side: ShownWords['side'], text: string, turn: number | null): ShownWords | null =>
  turn === null ? null : { side, text, turn };

export class Talk {
  readonly captions = new Captions();
  readonly levels = new Levels();

  heard({ item, samples }: HeardReport): void {
    this.levels.heard(item, samples);
    this.captions.heard(item, samples);
  }

  on(event: TalkEvent): ShownWords | null {
    const { captions, levels } = this;
    switch (event.type) {
      case 'person-text':
        return shown('person', event.text, captions.person(event));
      case 'model-text':
        return shown('model', event.text, captions.model(event.item, event.text, event.atSample));
      case 'typed':
        return shown('person', event.text, captions.typed(event.text));
      case 'written':
        return shown('model', event.text, captions.written(event.item, event.text));
      case 'model-bars':
        levels.arrived(event.item, event.bars);
        captions.arrived(event.item, levels.arrivedSamples(event.item));
        return null;
      case 'interrupted':
        levels.interrupted();
        captions.interrupted(event.item);
        return null;
      case 'item-end':
        captions.ended(event.item, event.sampleCount, event.complete);
        return null;
      case 'turn-complete':
        captions.turnComplete(event.atMs);
        return null;
    }
  }
}
