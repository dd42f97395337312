import {
  Bookmark,
  Cable,
  CircleStop,
  MicOff,
  Scissors,
  TriangleAlert,
  Usb,
  Video,
} from 'lucide-react';
import './event-icon.css';
import type { EventIcon } from './event-words';

const kIcons = {
  mark: Bookmark,
  cut: Scissors,
  mute: MicOff,
  camera: Video,
  socket: Cable,
  device: Usb,
  end: CircleStop,
  warning: TriangleAlert,
} as const satisfies Record<Exclude<EventIcon, 'gap'>, unknown>;

export function EventIconOf({ icon }: { readonly icon: EventIcon }) {
  if (icon === 'gap') return <span className="hatch event-hatch" aria-hidden />;
  const Icon = kIcons[icon];
  return <Icon aria-hidden />;
}
