import { Cable, CircleStop, MicOff, Scissors, TriangleAlert, Usb, Video } from 'lucide-react';
import type { EventIcon } from './event-words';

const kIcons = {
  cut: Scissors,
  mute: MicOff,
  camera: Video,
  socket: Cable,
  device: Usb,
  end: CircleStop,
  warning: TriangleAlert,
} as const satisfies Record<EventIcon, unknown>;

export function EventIconOf({ icon }: { readonly icon: EventIcon }) {
  const Icon = kIcons[icon];
  return <Icon aria-hidden />;
}
